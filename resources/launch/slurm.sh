#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Made by Arcmeter. sbatch runs it as it is; the events of each repeat, one JSON object a line, are its output.
@OPTIONS@
engine=@ENGINE@
stopped=
interrupted=
status=0

# Slurm sends its own signals to a batch script alone; the ranks hear of them by scancel.
stop() {
    stopped=yes
    interrupted=yes
    scancel --signal=TERM "$SLURM_JOB_ID"
}
trap stop TERM INT

# step CONFIGURATION: one repeat, in fresh processes. Rank 0 reads the configuration; a rank that fails ends the others.
step() {
    local code
    [ -z "$stopped" ] || return
    srun --mpi=pmix --nodes=@NODES@ --ntasks=@RANKS@ --ntasks-per-node=@RANKS_PER_NODE@ --overcommit \
        --cpu-bind=none --kill-on-bad-exit=1 --unbuffered --input=0 "$engine" run <<< "$1" &
    # A signal interrupts wait; the step's own code comes from the wait after that.
    while true; do
        wait $!
        code=$?
        [ -n "$interrupted" ] || break
        interrupted=
    done
    [ "$code" -eq 0 ] || status=$code
}

@STEPS@
exit "$status"
