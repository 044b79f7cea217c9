"""Molecular dynamics at 300 K with the shipped potential: does every bond hold?

    python3 data/stability_gfn2_chno.py MACE PICOSECONDS FOLDER [NAME ...]

Runs `MACE md` (Langevin, steps of 1 fs, float32, radial tables) for each molecule of gfn2_chno_molecules.extxyz that has one of these names (or of ASE's G2 molecules; without names: all of them, those of the G2 and X23 sets first),
and for `water32`, 32 water molecules packed into a droplet, which is relaxed first. A bond is what is closer than 1.25 times the sum of the covalent radii in the relaxed molecule;
it is broken when it is longer than 1.6 times that sum, and atoms that are not bonded have reacted when they come closer than the sum. Frames are looked at every 100 fs; the guards of `mace md` stop a run besides.
"""

import os
import subprocess
import sys
from multiprocessing import Pool

import numpy as np
from ase.build import molecule
from ase.data import covalent_radii
from ase.io import iread, read, write

from extend_gfn2_chno import MOLECULES, bonds, distances, pack


def run(task):
    mace, picoseconds, folder, name, atoms = task
    write(f"{folder}/{name}.extxyz", atoms, format="extxyz")
    done = subprocess.run(
        [mace, "md", f"{name}.extxyz", "--ensemble", "nvt", "--temp", "300", "--friction", "0.01", "--timestep", "1", "--steps", str(int(1000 * picoseconds)), "--dtype", "float32", "--threads", "1",
         "--model", "gfn2-chno", "--minimize", "--traj-every", "100", "--stats-every", "1000", "--restart-every", "1000000", "--seed", "1", "--file-prefix", name, "--quiet"],
        cwd=folder, capture_output=True, text=True)
    graph = bonds(read(f"{folder}/{name}-opt.extxyz") if os.path.exists(f"{folder}/{name}-opt.extxyz") else atoms)
    radii = covalent_radii[atoms.numbers]
    reach = radii[:, None] + radii[None]
    longest = shortest = frames = 0
    closest = np.inf
    trajectory = f"{folder}/{name}-traj.extxyz"
    for frame in iread(trajectory) if os.path.exists(trajectory) else []:
        ratio = distances(frame) / reach
        longest = max(longest, ratio[graph].max(initial=0))
        closest = min(closest, ratio[~graph & np.isfinite(ratio)].min(initial=np.inf))
        frames += 1
    whole = done.returncode == 0 and frames > 1 and longest < 1.6 and closest > 1
    return name, len(atoms), frames, longest, closest, whole, done.stderr.strip()[-200:]


def main(mace, picoseconds, folder, names):
    os.makedirs(folder, exist_ok=True)
    molecules = {m.info["system"]: m for m in read(MOLECULES, ":")}
    chosen = names or ["water32"] + sorted(molecules, key=lambda n: (molecules[n].info["source"] not in ("g2", "x23"), len(molecules[n])))
    water = pack([molecules["H2O"]] * 32, 1.6 * 32 ** (1 / 3), 1.75, np.random.default_rng(3))
    tasks = [(os.path.abspath(mace), picoseconds, folder, n, water if n == "water32" else molecules.get(n) or molecule(n)) for n in chosen]
    print("| system | atoms | longest bond, of the sum of radii | closest others | |\n| --- | --- | --- | --- | --- |")
    failed = 0
    with Pool(2) as pool:
        for name, atoms, frames, longest, closest, whole, error in pool.imap(run, tasks, chunksize=1):
            failed += not whole
            print(f"| {name} | {atoms} | {longest:.2f} | {closest:.2f} | {'whole' if whole else 'BROKEN ' + error} |", flush=True)
    print(f"{len(tasks)} systems, {failed} not whole")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], float(sys.argv[2]), sys.argv[3], sys.argv[4:]))
