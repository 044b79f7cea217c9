"""A small data set at another level of theory, to which docs/fine-tuning.md adapts the shipped potential: GFN1-xTB.

    python3 data/make_gfn1_chno.py

80 training frames (with isolated atoms, whose energies are not those of GFN2-xTB) and 80 test frames: geometries drawn from the `Default` frames of gfn2_chno_train.extxyz, energies and forces of `xtb --gfn 1`.
"""

import os

import numpy as np
from ase import Atoms
from ase.io import read

from extend_gfn2_chno import HERE, TRAIN, energy_and_forces, run_xtb


def save(path, frames):
    with open(path, "w") as f:
        for a, energy, forces, keys in frames:
            f.write(f"{len(a)}\nProperties=species:S:1:pos:R:3:REF_forces:R:3 REF_energy={energy:.7f} {keys} pbc=\"F F F\"\n")
            for s, p, g in zip(a.get_chemical_symbols(), a.positions, forces):
                f.write(f"{s} " + " ".join(f"{x:.6f}" for x in p) + " " + " ".join(f"{x:.5f}" for x in g) + "\n")


def main():
    frames = [f for f in read(TRAIN, ":") if f.info["config_type"] == "Default"]
    drawn = [frames[i] for i in np.random.default_rng(11).permutation(len(frames))[:160]]
    labelled = [(a, *energy_and_forces(run_xtb(a, "--grad", gfn=1), len(a)), f"system={a.info['system']} config_type=Default") for a in drawn]
    atoms = []
    for symbol, unpaired in (("H", 1), ("C", 2), ("N", 3), ("O", 2)):
        a = Atoms(symbol, [[0, 0, 0]])
        energy = 1.0
        while energy > 0:   # xtb 6.5.1 now and then writes some 1e5 eV for a single atom
            energy, _ = energy_and_forces(run_xtb(a, "--grad", "--uhf", str(unpaired), gfn=1), 1)
        atoms.append((a, energy, np.zeros((1, 3)), "config_type=IsolatedAtom"))
    save(os.path.join(HERE, "gfn1_chno_train.extxyz"), atoms + labelled[:80])
    save(os.path.join(HERE, "gfn1_chno_test.extxyz"), labelled[80:])


if __name__ == "__main__":
    main()
