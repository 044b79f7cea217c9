"""An ASE calculator that asks `mace eval` over a pipe, so that ASE, and phonopy through it, work on these forces.

    from ase_calculator import Mace
    atoms.calc = Mace("my.model", options=["--radial", "table"])
"""
import json
import shlex
import subprocess

import numpy as np
from ase.calculators.calculator import Calculator, all_changes


class Mace(Calculator):
    implemented_properties = ["energy", "free_energy", "forces", "stress"]

    def __init__(self, model=None, command="mace", options=(), **kwargs):
        super().__init__(**kwargs)
        words = [*shlex.split(command), "eval", "-", "--input-format", "jsonl", "--output", "-", "--format", "jsonl", "--quiet", *options]
        self.process = subprocess.Popen(words + (["--model", model] if model else []), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        frame = dict(symbols=atoms.get_chemical_symbols(), positions=atoms.positions.tolist(), cell=atoms.cell.tolist(), pbc=atoms.pbc.tolist())
        self.process.stdin.write(json.dumps(frame) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"mace eval ended with code {self.process.wait()}; its message is on standard error")
        answer = json.loads(answer)
        energy = answer["info"]["energy"]
        self.results = dict(energy=energy, free_energy=energy, forces=np.array(answer["arrays"]["forces"]))
        if "stress" in answer["info"]:
            self.results["stress"] = np.array(answer["info"]["stress"]).flat[[0, 4, 8, 5, 2, 1]]
