# SPDX-License-Identifier: Apache-2.0
"""Arcmeter's benchmarks in PyTorch: the same networks, heads, optimiser and worker protocol, for comparison."""

__version__ = "0.1.0"
