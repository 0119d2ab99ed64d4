# SPDX-License-Identifier: Apache-2.0
# Where CUDA's libraries are on a machine that has them as Python packages (nvidia-cudnn-cu13 and the like, which come
# with PyTorch) and not in the system. Sourced by check.sh and bench.sh.

# add_cuda_libraries PYTHON PROGRAM: puts the folders of the libraries that PROGRAM needs before LD_LIBRARY_PATH. What is
# not found there is left to the system.
add_cuda_libraries() {
    local folders
    folders=$("$1" - "$2" <<'PYTHON'
import glob, os, re, site, sys

with open(sys.argv[1], "rb") as program:
    wanted = set(re.findall(rb"lib(?:cudnn|cublasLt|nccl)\.so\.\d+", program.read()))
places = list(dict.fromkeys(sys.path + site.getsitepackages() + [site.getusersitepackages()]))
found = {}
for place in places:
    for folder in sorted(glob.glob(os.path.join(place, "nvidia", "*", "lib"))):
        for name in os.listdir(folder):
            if name.encode() in wanted:
                found.setdefault(name, folder)
            if name.startswith("libnvrtc.so."):  # cuDNN compiles some engines when it runs
                found.setdefault("nvrtc", folder)
print(os.pathsep.join(dict.fromkeys(found.values())))
PYTHON
    )
    if [ -n "$folders" ]; then export LD_LIBRARY_PATH="$folders${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"; fi
}
