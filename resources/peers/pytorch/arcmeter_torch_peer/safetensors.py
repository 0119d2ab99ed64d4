# SPDX-License-Identifier: Apache-2.0
"""Reading and writing safetensors: 8 bytes of little-endian header length, a JSON header, the data."""

import json

import numpy as np

_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4"}
_NAMES = {np.dtype(code): name for name, code in _TYPES.items()}
_ALIGNMENT = 8


def save(path: str, tensors: dict[str, np.ndarray], metadata: dict[str, str] | None = None) -> None:
    header: dict[str, object] = {"__metadata__": metadata} if metadata else {}
    arrays, offset = [], 0
    for name, tensor in tensors.items():
        shape = list(tensor.shape)  # before ascontiguousarray, which makes a vector of a single number
        array = np.ascontiguousarray(tensor.astype(tensor.dtype.newbyteorder("<"), copy=False))
        header[name] = {
            "dtype": _NAMES[array.dtype],
            "shape": shape,
            "data_offsets": [offset, offset + array.nbytes],
        }
        arrays.append(array)
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for array in arrays:
            file.write(array.tobytes())


def load(path: str) -> dict[str, np.ndarray]:
    """Raises ValueError where the file is not what its header says."""
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + int.from_bytes(data[:8], "little")
    if len(data) < 8 or start > len(data):
        raise ValueError(f"{path} is shorter than its header says")
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name == "__metadata__":
            continue
        first, last = (start + offset for offset in entry["data_offsets"])
        values = np.frombuffer(data[first:last], dtype=_TYPES[entry["dtype"]])
        if last > len(data) or values.size != int(np.prod(entry["shape"], dtype=np.int64)):
            raise ValueError(f"{path}: tensor {name} does not have the shape its entry says")
        tensors[name] = values.reshape(entry["shape"])
    return tensors
