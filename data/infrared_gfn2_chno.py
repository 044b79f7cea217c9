"""Infrared lines of xtb itself, with which the tests compare those of the shipped potential and dipole model.

    python3 data/infrared_gfn2_chno.py tests/MaceSharp.Simulation.Tests/Data/gfn2-infrared.extxyz

`xtb --gfn 2 --ohess vtight`: the minimum, harmonic wavenumbers (cm⁻¹) and intensities (km/mol) of ten molecules that were trained on, five that were not, and ethylene, of which the potential gets one line wrong.
"""

import os
import subprocess
import sys
import tempfile

from ase.build import molecule
from ase.io import read, write

from extend_gfn2_chno import MOLECULES, from_xyz

TRAINED = ["H2O", "NH3", "CH4", "HCN", "CO2", "H2CO", "CH3OH", "HCOOH", "C2H6", "CH3CONH2"]
FAILING = ["C2H4"]
UNSEEN = ["CH3COOH", "C5H5N", "C2H6CHOH", "H2CCHCN", "imidazole"]


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
    linear = relaxed.get_moments_of_inertia()[0] < 1e-3
    assert len(lines) == 3 * len(relaxed) - (5 if linear else 6), (atoms, len(lines))
    return relaxed, lines


def main(path):
    relaxed_before = {m.info["system"]: m for m in read(MOLECULES, ":")}
    with open(path, "w") as f:
        for name in TRAINED + FAILING + UNSEEN:
            atoms, lines = spectrum(relaxed_before.get(name) or molecule(name))
            f.write(f"{len(atoms)}\nProperties=species:S:1:pos:R:3 system={name} config_type={'trained' if name in TRAINED else 'failing' if name in FAILING else 'unseen'}"
                    f" wavenumbers=\"{' '.join(f'{w:.2f}' for w, _ in lines)}\" intensities=\"{' '.join(f'{i:.4f}' for _, i in lines)}\" pbc=\"F F F\"\n")
            for symbol, position in zip(atoms.get_chemical_symbols(), atoms.positions):
                f.write(f"{symbol} " + " ".join(f"{x:.8f}" for x in position) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
