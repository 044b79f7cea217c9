"""Infrared lines of xtb itself, with which the tests compare those of the shipped potential and dipole model.

    python3 data/infrared_gfn2_chno.py tests/MaceSharp.Simulation.Tests/Data/gfn2-infrared.extxyz

`xtb --gfn 2 --ohess vtight`: the minimum, harmonic wavenumbers (cm⁻¹), intensities (km/mol) and normal modes of ten molecules that were trained on, five that were not, and the other molecules of the training set with up to twelve atoms.
A mode is a unit vector of displacements times the square roots of the masses; column 3k+c of `modes` is direction c of mode k.
"""

import os
import subprocess
import sys
import tempfile

import numpy as np
from ase import units
from ase.build import molecule
from ase.io import read, write

from extend_gfn2_chno import MODES, MOLECULES, from_xyz

TRAINED = ["H2O", "NH3", "CH4", "HCN", "CO2", "H2CO", "CH3OH", "HCOOH", "C2H4", "CH3CONH2"]
UNSEEN = ["CH3COOH", "C5H5N", "C2H6CHOH", "H2CCHCN", "imidazole"]


def modes_of(atoms, hessian, count):
    """The `count` vibrations of a Hessian in atomic units, translations and rotations projected out: wavenumbers and mass-weighted unit vectors."""
    roots = np.repeat(np.sqrt(atoms.get_masses() * units._amu / units._me), 3)
    r = atoms.positions - atoms.get_center_of_mass()
    rigid = [np.tile(e, len(atoms)) for e in np.eye(3)] + [np.cross(e, r).ravel() for e in np.eye(3)]
    left, size, _ = np.linalg.svd((np.array(rigid) * roots).T, full_matrices=False)
    left = left[:, size > 1e-3 * size[0]]
    p = np.eye(len(roots)) - left @ left.T
    values, vectors = np.linalg.eigh(p @ (hessian / np.outer(roots, roots)) @ p)
    kept = np.sort(np.argsort(np.abs(values))[-count:])
    return np.sign(values[kept]) * np.sqrt(np.abs(values[kept])) * 219474.6313, vectors[:, kept].T.reshape(count, len(atoms), 3)


def spectrum(atoms):
    with tempfile.TemporaryDirectory() as folder:
        write(f"{folder}/m.xyz", atoms, format="xyz", fmt="%18.10f")
        # xtb 6.5.1 may crash behind the Hessian of a linear molecule; what is needed is written by then.
        subprocess.run(["xtb", "m.xyz", "--gfn", "2", "--ohess", "vtight"], cwd=folder, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
        path = next(p for p in (f"{folder}/xtbopt.xyz", f"{folder}/xtbopt.log") if os.path.exists(p))
        relaxed = from_xyz(open(path).read())[-1]
        lines = []
        for line in open(f"{folder}/vibspectrum"):
            words = line.split()
            if words and words[0].isdigit():
                wavenumber, intensity = (float(w) for w in words[2 if words[1].isalpha() else 1:][:2])
                if abs(wavenumber) > 1:
                    lines.append((wavenumber, intensity))
        hessian = np.array([float(x) for line in open(f"{folder}/hessian").readlines()[1:] for x in line.split()])
    linear = relaxed.get_moments_of_inertia()[0] < 1e-3
    assert len(lines) == 3 * len(relaxed) - (5 if linear else 6), (atoms, len(lines))
    found, modes = modes_of(relaxed, hessian.reshape(3 * len(relaxed), -1), len(lines))
    worst = np.abs(found - [w for w, _ in lines]).max()
    assert worst < 1, (atoms, worst)
    return relaxed, lines, modes


def main(path):
    relaxed_before = {m.info["system"]: m for m in read(MOLECULES, ":")}
    with open(path, "w") as f:
        others = sorted({m.info["system"] for m in read(MODES, ":")} - set(TRAINED))
        for name in TRAINED + UNSEEN + others:
            atoms, lines, modes = spectrum(relaxed_before.get(name) or molecule(name))
            f.write(f"{len(atoms)}\nProperties=species:S:1:pos:R:3:modes:R:{3 * len(modes)} system={name} config_type={'trained' if name in TRAINED else 'other' if name in others else 'unseen'}"
                    f" wavenumbers=\"{' '.join(f'{w:.2f}' for w, _ in lines)}\" intensities=\"{' '.join(f'{i:.4f}' for _, i in lines)}\" pbc=\"F F F\"\n")
            for k, (symbol, position) in enumerate(zip(atoms.get_chemical_symbols(), atoms.positions)):
                f.write(f"{symbol} " + " ".join(f"{x:.8f}" for x in position) + " " + " ".join(f"{x:.4f}" for x in modes[:, k].ravel()) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
