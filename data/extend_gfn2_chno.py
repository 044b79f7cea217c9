"""The larger data set of the shipped potential: more molecules, frames near minima, clusters, and dipoles.

    python3 data/extend_gfn2_chno.py molecules [X23_FOLDER]   relaxed molecules: gfn2_chno_molecules.extxyz
    python3 data/extend_gfn2_chno.py frames                   labelled frames: gfn2_chno_train.extxyz, gfn2_chno_valid.extxyz
    python3 data/extend_gfn2_chno.py modes                    every normal mode of the smaller molecules: gfn2_chno_modes.extxyz
    python3 data/extend_gfn2_chno.py twists                   small turns about every bond: gfn2_chno_twists.extxyz
    python3 data/extend_gfn2_chno.py crystals X23_FOLDER       pieces of crystals: gfn2_chno_crystals.extxyz
    python3 data/extend_gfn2_chno.py runs FOLDER...           frames of dynamics with a potential trained before, molecules packed closely, further turns and the other side of each normal mode: gfn2_chno_second.extxyz, to which later runs append
    python3 data/extend_gfn2_chno.py check                    no system and no frame of the test set is in either

Needs ASE and xtb 6.5.1. The frames of make_gfn2_chno.py (the smaller data set, in gfn2_chno_train.extxyz until now) stay and get dipoles.
"""

import json
import os
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from multiprocessing import Pool

import numpy as np
from ase import Atoms, units
from ase.build import molecule
from ase.collections import g2
from ase.data import covalent_radii
from ase.io import read, write
from ase.neighborlist import natural_cutoffs, neighbor_list

os.environ["OMP_NUM_THREADS"] = "1"
HERE = os.path.dirname(os.path.abspath(__file__))
MOLECULES, TRAIN, VALID, MODES, TWISTS, CRYSTALS, SECOND, TEST = (os.path.join(HERE, f"gfn2_chno_{x}.extxyz") for x in ("molecules", "train", "valid", "modes", "twists", "crystals", "second", "test"))
LARGEST_FORCE = 25.0

# Molecules of the test set, never in new frames; radicals and what GFN2-xTB describes badly.
UNSEEN = ["CH3COOH", "C5H5N"]
LEFT_OUT = ["O3", "CH2_s1A1d", "O2", "CO", "NO"]
# Validated on, never trained on.
HELD_OUT = ["C2H6CHOH", "H2CCHCN", "cyclobutane", "imidazole"]
HELD_OUT_SHARE = 0.08


# ---------------------------------------------------------------- xtb

def run_xtb(atoms, *arguments, gfn=2, md=None, timeout=900):
    """Runs xtb in a folder of its own; returns what it wrote, by file name."""
    with tempfile.TemporaryDirectory() as folder:
        write(f"{folder}/m.xyz", atoms, format="xyz", fmt="%20.12f")
        if md is not None:
            with open(f"{folder}/md.inp", "w") as f:
                f.write(md)
        done = subprocess.run(["xtb", "m.xyz", "--gfn", str(gfn), *arguments], cwd=folder, capture_output=True, text=True, timeout=timeout)
        files = {"stdout": done.stdout}
        for name in ("gradient", "xtbout.json", "xtbopt.xyz", "xtbopt.log", "xtb.trj", "hessian"):
            if os.path.exists(f"{folder}/{name}"):
                files[name] = open(f"{folder}/{name}").read()
        return files


def energy_and_forces(files, n):
    """eV and eV/Å, from what xtb wrote."""
    lines = files["gradient"].splitlines()
    energy = float(lines[1].split("SCF energy =")[1].split()[0]) * units.Hartree
    gradient = np.array([[float(x.replace("D", "E")) for x in line.split()[:3]] for line in lines[2 + n:2 + 2 * n]])
    return energy, -gradient * units.Hartree / units.Bohr


def label(atoms, kind, system):
    """Energy, forces and dipole of a frame whose coordinates are first rounded to what the file holds; None where xtb fails or a force is large."""
    atoms = Atoms(atoms.numbers, np.round(atoms.positions, 6))
    if closest(atoms) < 0.55:
        return None
    try:
        files = run_xtb(atoms, "--grad", "--json")
        energy, forces = energy_and_forces(files, len(atoms))
        dipole = np.array(json.loads(files["xtbout.json"])["dipole"]) * units.Bohr
    except (KeyError, IndexError, ValueError, subprocess.TimeoutExpired):
        return None
    if len(forces) != len(atoms) or not np.isfinite(forces).all() or np.abs(forces).max() > LARGEST_FORCE:
        return None
    atoms.info.update(REF_energy=energy, REF_dipole=dipole, config_type=kind, system=system)
    atoms.arrays["REF_forces"] = forces
    return atoms


def relax(atoms, level="vtight"):
    files = run_xtb(atoms, "--opt", level)
    if "xtbopt.xyz" not in files or "GEOMETRY OPTIMIZATION CONVERGED" not in files["stdout"]:
        return None
    return from_xyz(files["xtbopt.xyz"])[-1]


def from_xyz(text):
    lines, frames = text.splitlines(), []
    while len(lines) > 2:
        n = int(lines[0])
        rows = [line.split() for line in lines[2:2 + n]]
        if len(rows) < n:
            break
        frames.append(Atoms([r[0] for r in rows], [[float(x) for x in r[1:4]] for r in rows]))
        lines = lines[2 + n:]
    return frames


def dynamics(atoms, temperature, picoseconds, step, dump, wall):
    md = f"$md\n temp={temperature}\n time={picoseconds}\n dump={dump}\n step={step}\n shake=0\n hmass=1\n nvt=true\n velo=false\n$end\n"
    if wall:
        md += "$wall\n potential=logfermi\n sphere: auto, all\n$end\n"
    try:
        return from_xyz(run_xtb(atoms, "--md", "--input", "md.inp", md=md).get("xtb.trj", ""))[1:]
    except subprocess.TimeoutExpired:
        return []


# ---------------------------------------------------------------- graphs

def distances(atoms):
    d = np.linalg.norm(atoms.positions[:, None] - atoms.positions[None], axis=-1)
    np.fill_diagonal(d, np.inf)
    return d


def closest(atoms):
    return distances(atoms).min() if len(atoms) > 1 else np.inf


def bonds(atoms):
    r = covalent_radii[atoms.numbers]
    return distances(atoms) < 1.25 * (r[:, None] + r[None])


def parts(graph, without=None):
    """Connected components, as lists of atoms."""
    graph = graph.copy()
    if without is not None:
        graph[without[0], without[1]] = graph[without[1], without[0]] = False
    left, found = set(range(len(graph))), []
    while left:
        group, queue = set(), [min(left)]
        while queue:
            i = queue.pop()
            if i not in group:
                group.add(i)
                queue.extend(np.flatnonzero(graph[i]).tolist())
        left -= group
        found.append(sorted(group))
    return found


def name_of_graph(atoms, graph=None):
    """A name that atoms with the same bonds share: formula and a hash of neighbourhoods, refined by colours."""
    graph = bonds(atoms) if graph is None else graph
    colours = [str(z) for z in atoms.numbers]
    for _ in range(6):
        colours = [f"{zlib.crc32((colours[i] + '(' + ','.join(sorted(colours[j] for j in np.flatnonzero(graph[i]))) + ')').encode()):08x}" for i in range(len(atoms))]
    return f"{atoms.get_chemical_formula()}-{zlib.crc32(','.join(sorted(colours)).encode()):08x}"


def composition(atoms):
    """The molecules of a cluster, by the names of their graphs."""
    graph = bonds(atoms)
    return tuple(sorted(name_of_graph(atoms[p]) for p in parts(graph)))


def forbidden():
    """Molecules and clusters of the test set's unseen systems."""
    single, clusters = set(), set()
    for name in UNSEEN:
        single.add(name_of_graph(molecule(name)))
    for frame in read(TEST, ":"):
        if frame.info["config_type"] == "unseen_system":
            clusters.add(composition(frame))
    return single, clusters


# ---------------------------------------------------------------- molecules

def join(a, i, b, j, rng):
    """Removes hydrogens i of a and j of b and bonds what they were on."""
    ga, gb = bonds(a), bonds(b)
    pa, pb = int(np.flatnonzero(ga[i])[0]), int(np.flatnonzero(gb[j])[0])
    u = a.positions[i] - a.positions[pa]
    u /= np.linalg.norm(u)
    b = b.copy()
    b.positions -= b.positions[pb]
    b.rotate(b.positions[j] / np.linalg.norm(b.positions[j]), -u)
    length = covalent_radii[a.numbers[pa]] + covalent_radii[b.numbers[pb]]
    best = None
    for _ in range(24):
        c = b.copy()
        c.rotate(float(rng.uniform(0, 360)), u)
        c.positions += a.positions[pa] + length * u
        left, right = a[[k for k in range(len(a)) if k != i]], c[[k for k in range(len(c)) if k != j]]
        d = np.linalg.norm(left.positions[:, None] - right.positions[None], axis=-1)
        d[pa - (pa > i), pb - (pb > j)] = 9.0
        if best is None or d.min() > best[0]:
            best = (d.min(), left + right)
    return best[1] if best[0] > 1.3 else None


def morph(a, rng):
    """Replaces CHn by NHn-1 or NHn by OHn-1 somewhere: another molecule with the same number of electrons."""
    graph = bonds(a)
    heavy = [i for i in range(len(a)) if a.numbers[i] in (6, 7) and any(a.numbers[j] == 1 for j in np.flatnonzero(graph[i]))]
    if not heavy:
        return None
    i = int(rng.choice(heavy))
    h = [int(j) for j in np.flatnonzero(graph[i]) if a.numbers[j] == 1]
    b = a.copy()
    b.numbers[i] += 1
    del b[h[int(rng.integers(len(h)))]]
    return b


def make_molecules(x23):
    rng = np.random.default_rng(11)
    closed = [n for n in g2.names if set(molecule(n).get_chemical_symbols()) <= set("HCNO") and molecule(n).get_initial_magnetic_moments().sum() == 0
              and len(molecule(n)) > 1 and n not in UNSEEN + LEFT_OUT]
    start = [(n, "g2", molecule(n)) for n in closed]
    if x23:
        for folder in sorted(os.listdir(x23)):
            a = read(f"{x23}/{folder}/POSCAR_molecule")
            a = a[parts(bonds(a))[0]] if len(parts(bonds(a))) > 1 else a
            start.append((folder[3:], "x23", Atoms(a.numbers, a.positions - a.get_center_of_mass())))
    single, _ = forbidden()
    seen, found = set(single), []

    def add(candidates, most=None):
        added = 0
        with Pool(2) as pool:
            for (name, source, a), b in zip(candidates, pool.imap(relax, [c[2] for c in candidates], chunksize=1)):
                if most is not None and added >= most:
                    break
                if b is None or name_of_graph(b) != name_of_graph(a) or name_of_graph(b) in seen:
                    continue
                seen.add(name_of_graph(b))
                b.info.update(system=name, source=source)
                found.append(b)
                added += 1

    add(start)
    base = list(found)
    small = [b for b in base if len(b) <= 13]
    groups = [b for b in base if 3 <= len(b) <= 9 and any(b.numbers == 1)]

    def candidates(kind, count):
        tried, result = set(seen), []
        for _ in range(40 * count):
            if len(result) == count:
                break
            if kind == "joined":
                a, b = small[int(rng.integers(len(small)))], groups[int(rng.integers(len(groups)))]
                ha, hb = np.flatnonzero(a.numbers == 1), np.flatnonzero(b.numbers == 1)
                c = join(a, int(rng.choice(ha)), b, int(rng.choice(hb)), rng) if len(ha) and len(hb) else None
            else:
                a = base[int(rng.integers(len(base)))]
                c = morph(a, rng)
                if c is not None and rng.random() < 0.4:
                    c = morph(c, rng) or c
            if c is None or len(c) > 20 or len(c) < 4 or len(parts(bonds(c))) > 1 or name_of_graph(c) in tried:
                continue
            # No chains of three heteroatoms in a row: GFN2-xTB is not made for most of what they would be.
            g = bonds(c)
            hetero = [i for i in range(len(c)) if c.numbers[i] in (7, 8)]
            if any(sum(g[i, j] for j in hetero) > 1 for i in hetero):
                continue
            tried.add(name_of_graph(c))
            result.append((f"{kind}{len(result)}", kind, Atoms(c.numbers, c.positions)))
        return result

    add(candidates("morphed", 110), 75)
    add(candidates("joined", 130), 90)
    for k, b in enumerate(found):
        if b.info["source"] in ("morphed", "joined"):
            b.info["system"] = f"{b.info['source']}-{b.get_chemical_formula()}-{k}"
        b.positions -= b.get_center_of_mass()
    write(MOLECULES, found, format="extxyz")
    print(len(found), "molecules", Counter(b.info["source"] for b in found))


# ---------------------------------------------------------------- frames

def is_held_out(name):
    return name in HELD_OUT or (zlib.crc32(name.encode()) % 1000 < 1000 * HELD_OUT_SHARE and name.startswith(("joined", "morphed", "cluster", "pair")))


def normal_modes(atoms):
    """Masses, and wavenumbers squared (atomic units) with Cartesian directions of the vibrations."""
    files = run_xtb(atoms, "--hess")
    h = np.array([float(x) for line in files["hessian"].splitlines()[1:] for x in line.split()]).reshape(3 * len(atoms), -1)
    m = np.repeat(atoms.get_masses(), 3) * units._amu / units._me
    values, vectors = np.linalg.eigh(h / np.sqrt(m[:, None] * m[None]))
    keep = values > (50.0 / 219474.63) ** 2
    return np.sqrt(values[keep]), (vectors[:, keep] / np.sqrt(m)[:, None]).T.reshape(-1, len(atoms), 3) * units.Bohr


def stretched(atoms, rng):
    """One bond that is not in a ring made shorter or longer."""
    graph = bonds(atoms)
    pairs = [(i, j) for i in range(len(atoms)) for j in range(i) if graph[i, j] and len(parts(graph, (i, j))) > 1]
    if not pairs:
        return None
    i, j = pairs[int(rng.integers(len(pairs)))]
    moved = next(p for p in parts(graph, (i, j)) if i in p)
    a = atoms.copy()
    a.positions[moved] += (float(rng.uniform(0.8, 1.35)) - 1.0) * (atoms.positions[i] - atoms.positions[j])
    a.positions += rng.normal(scale=0.01, size=a.positions.shape)
    return a


def turned(atoms, rng):
    """A rotation about a bond between heavy atoms."""
    graph, pairs = bonds(atoms), rotatable(atoms)
    if not pairs:
        return None
    i, j = pairs[int(rng.integers(len(pairs)))]
    moved = next(p for p in parts(graph, (i, j)) if i in p)
    a, b = atoms.copy(), atoms[moved]
    b.rotate(float(rng.uniform(0, 360)), atoms.positions[i] - atoms.positions[j], center=atoms.positions[j])
    a.positions[moved] = b.positions
    a.positions += rng.normal(scale=0.02, size=a.positions.shape)
    return a if closest(a) > 0.9 else None


def frames_of_molecule(task):
    atoms, seed = task
    rng = np.random.default_rng(seed)
    name, source, n = atoms.info["system"], atoms.info["source"], len(atoms)
    important = source in ("g2", "x23")
    result = [label(atoms, "minimum", name)]
    near = []
    if important and n <= 12:
        omega, directions = normal_modes(atoms)
        for _ in range(5):   # all modes at once, quantum amplitudes of 0 K or 300 K, in part
            kt = 0.0 if rng.random() < 0.5 else 300 / 315775.0
            sigma = np.sqrt(0.5 / omega / (np.tanh(omega / (2 * kt)) if kt > 0 else 1.0))
            step = np.tensordot(np.clip(rng.normal(size=len(omega)), -1.5, 1.5) * sigma, directions, 1) * rng.uniform(0.3, 1.0)
            step *= min(1.0, 0.35 / np.abs(step).max())
            near.append(step)
        for k in rng.permutation(len(omega))[:6]:   # one at a time
            step = directions[k] * np.sqrt(0.5 / omega[k]) * rng.choice([-1, 1]) * rng.uniform(0.5, 1.5)
            near.append(step * min(1.0, 0.2 / np.abs(step).max()))
    for _ in range(5 if important else 3):
        near.append(rng.normal(size=(n, 3)) * rng.uniform(0.01, 0.06))
    for step in near:
        a = atoms.copy()
        a.positions += step
        result.append(label(a, "near_minimum", name))
    for make, count in ((stretched, 2 if important else 1), (turned, 1)):
        for _ in range(count):
            a = make(atoms, rng)
            if a is not None:
                result.append(label(a, make.__name__, name))
    temperature = int(rng.choice([300, 600, 1000]))
    run = dynamics(atoms, temperature, 0.4 if n > 16 else 0.6, 0.75, 60, False)
    for a in run[1::2][: 4 if important else 3]:
        result.append(label(a, f"md_{temperature}", name))
    return [r for r in result if r is not None]


def pack(members, radius, smallest, rng):
    """Molecules at random in a sphere that grows until they fit, no two closer than `smallest`."""
    placed = []
    for m in members:
        r = radius
        while True:
            a = m.copy()
            a.rotate(float(rng.uniform(0, 360)), rng.normal(size=3), center="COM")
            v = rng.normal(size=3)
            a.positions += -a.get_center_of_mass() + v / np.linalg.norm(v) * r * rng.random() ** (1 / 3)
            if all(np.linalg.norm(a.positions[:, None] - o.positions[None], axis=-1).min() > smallest for o in placed):
                placed.append(a)
                break
            r *= 1.005
    whole = placed[0].copy()
    for o in placed[1:]:
        whole += o
    return Atoms(whole.numbers, whole.positions)


def pair(a, b, distance, rng):
    """Two molecules in random orientations, their closest atoms `distance` apart."""
    a, b = a.copy(), b.copy()
    for m in (a, b):
        m.rotate(float(rng.uniform(0, 360)), rng.normal(size=3), center="COM")
        m.positions -= m.get_center_of_mass()
    low, high = 0.0, 30.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        d = np.linalg.norm(a.positions[:, None] - (b.positions + [middle, 0, 0])[None], axis=-1).min()
        low, high = (middle, high) if d < distance else (low, middle)
    b.positions += [high, 0, 0]
    return Atoms(np.concatenate([a.numbers, b.numbers]), np.concatenate([a.positions, b.positions]))


def frames_of_cluster(task):
    name, members, radius, count, seed = task
    rng = np.random.default_rng(seed)
    result = []
    if name.startswith("pair"):
        for distance in (float(rng.uniform(1.3, 1.8)), *rng.uniform(1.7, 4.4, size=3)):
            result.append(label(pair(members[0], members[1], distance, rng), "close" if distance < 1.7 else "pair", name))
        return [r for r in result if r is not None]
    start = pack(members, radius, 1.75, rng)
    files = run_xtb(start, "--opt", "crude", "--cycles", "12")
    relaxed = from_xyz(files["xtbopt.xyz"])[-1] if "xtbopt.xyz" in files else start
    temperature = int(rng.choice([300, 500, 700]))
    n = len(start)
    run = dynamics(relaxed, temperature, 0.3 if n > 30 else 0.6, 0.75, 60, True)
    for a in run[1::max(1, len(run) // count)][:count]:
        if rng.random() < 0.25:
            a.positions += rng.normal(scale=0.04, size=a.positions.shape)
        result.append(label(a, "cluster" if n <= 30 else "dense_cluster", name))
    return [r for r in result if r is not None]


def make_clusters(molecules):
    rng = np.random.default_rng(13)
    single, clusters = forbidden()
    by_name = {m.info["system"]: m for m in molecules}
    usable = [m for m in molecules if not is_held_out(m.info["system"]) and len(m) <= 14]
    common = [by_name[n] for n in ("H2O", "CH3OH", "NH3", "HCOOH", "CH3CONH2", "H2CO", "CH3CN", "CH4", "C6H6", "C2H6NH", "CH3CH2OH", "urea", "formamide", "pyrazole", "CO2", "CH3COCH3")]
    tasks, made = [], Counter()

    def add(kind, members, radius, count):
        whole = members[0].copy()
        names = tuple(sorted(name_of_graph(m) for m in members))
        if names in clusters or single & set(names):
            return False
        k = made[kind]
        made[kind] += 1
        tasks.append((f"{kind}{k}", members, radius, count, int(rng.integers(2**31))))
        return True

    water = by_name["H2O"]
    for n in (7, 8, 9, 10, 12, 14, 16):
        add("water", [water] * n, 1.55 * n ** (1 / 3), 8)
    for n in (20, 24, 32):
        add("water", [water] * n, 1.6 * n ** (1 / 3), 5)
    pick = lambda pool: pool[int(rng.integers(len(pool)))]
    while made["pair"] < 110:
        add("pair", [pick(common if rng.random() < 0.6 else usable), pick(common if rng.random() < 0.6 else usable)], 0, 0)
    while made["cluster"] < 60:
        add("cluster", [pick(common if rng.random() < 0.7 else usable) for _ in range(int(rng.integers(2, 4)))], 2.2, 5)
    while made["dense"] < 16:
        one = pick(common) if rng.random() < 0.6 else None
        members = [one or pick(common) for _ in range(int(rng.integers(4, 8)))]
        if sum(map(len, members)) <= 54:
            add("dense", members, 2.6, 4)
    return tasks


def relabel(frame):
    """An old frame with its dipole; energy and forces as they were, after a check that they are those of this xtb."""
    if len(frame) == 1:
        frame.info["REF_dipole"] = np.zeros(3)
        return frame, 0.0
    new = label(frame, frame.info["config_type"], frame.info["system"])
    return new, (np.nan if new is None else abs(new.info["REF_energy"] - frame.info["REF_energy"]))


def save(path, frames):
    """Extended XYZ with as many digits as the labels are good for."""
    with open(path + ".new", "w") as f:
        for a in frames:
            keys = f"Properties=species:S:1:pos:R:3:REF_forces:R:3 REF_energy={a.info['REF_energy']:.7f} dipole_debye=\"" + " ".join(f"{x:.5f}" for x in np.asarray(a.info["REF_dipole"]) / units.Debye) + "\""
            if "system" in a.info:
                keys += f" system={a.info['system']}"
            f.write(f"{len(a)}\n{keys} config_type={a.info['config_type']} pbc=\"F F F\"\n")
            for s, p, g in zip(a.get_chemical_symbols(), a.positions, a.arrays["REF_forces"]):
                f.write(f"{s} " + " ".join(f"{x:.6f}" for x in p) + " " + " ".join(f"{x:.5f}" for x in g) + "\n")
    os.replace(path + ".new", path)


def make_frames():
    molecules = read(MOLECULES, ":")
    old = [f for f in read(TRAIN, ":") if f.info["config_type"] in ("IsolatedAtom", "Default")]
    clusters = make_clusters(molecules)
    train, valid = [], []
    with Pool(2) as pool:
        worst = 0.0
        for frame, difference in pool.imap(relabel, old, chunksize=8):
            worst = max(worst, difference)
            train.append(frame)
        print("old frames", len(train), "largest difference of an energy, eV", worst, flush=True)
        seeds = [1000 + k for k in range(len(molecules))]
        for k, frames in enumerate(pool.imap(frames_of_molecule, list(zip(molecules, seeds)), chunksize=1)):
            for f in frames:
                (valid if is_held_out(f.info["system"]) else train).append(f)
            if k % 20 == 0:
                print("molecules", k, len(train), len(valid), flush=True)
        for k, frames in enumerate(pool.imap(frames_of_cluster, clusters, chunksize=1)):
            for f in frames:
                (valid if is_held_out(f.info["system"]) else train).append(f)
            if k % 20 == 0:
                print("clusters", k, len(train), len(valid), flush=True)
    save(TRAIN, train)
    save(VALID, valid)
    print(len(train), "training frames", len(valid), "validation frames", Counter(f.info["config_type"] for f in train))


def frames_of_modes(task):
    """One frame for each normal mode, displaced by about the amplitude of its zero-point motion: the curvature there is the wavenumber."""
    atoms, seed, side = task
    rng = np.random.default_rng(seed)
    omega, directions = normal_modes(atoms)
    result = []
    for w, direction in zip(omega, directions):
        step = side * direction * np.sqrt(0.5 / w) * rng.choice([-1, 1]) * rng.uniform(0.8, 1.6)
        a = atoms.copy()
        a.positions += step * min(1.0, 0.25 / np.abs(step).max())
        result.append(label(a, "mode", atoms.info["system"]))
    return [r for r in result if r is not None]


def make_modes(side):
    molecules = [m for m in read(MOLECULES, ":") if m.info["source"] in ("g2", "x23") and len(m) <= 12 and not is_held_out(m.info["system"])]
    with Pool(2) as pool:
        return [f for made in pool.imap(frames_of_modes, [(m, 5000 + k, side) for k, m in enumerate(molecules)], chunksize=1) for f in made]


def rotatable(atoms):
    """Bonds between heavy atoms that both have other neighbours and that are in no ring."""
    graph = bonds(atoms)
    return [(i, j) for i in range(len(atoms)) for j in range(i) if graph[i, j] and atoms.numbers[i] > 1 and atoms.numbers[j] > 1
            and len(parts(graph, (i, j))) > 1 and min(map(len, parts(graph, (i, j)))) > 1]


def frames_of_twists(task):
    """Turns of 3 to 35 degrees about each bond: what decides torsional vibrations. Double bonds, of which there are few, get twice as many."""
    atoms, seed = task
    rng = np.random.default_rng(seed)
    graph, result = bonds(atoms), []
    for i, j in rotatable(atoms):
        axis = atoms.positions[i] - atoms.positions[j]
        short = np.linalg.norm(axis) < 0.93 * (covalent_radii[atoms.numbers[i]] + covalent_radii[atoms.numbers[j]])
        moved = next(p for p in parts(graph, (i, j)) if i in p)
        for _ in range((4 if atoms.info["source"] in ("g2", "x23") else 2) * (2 if short else 1)):
            a, b = atoms.copy(), atoms[moved]
            b.rotate(float(rng.choice([-1, 1]) * rng.uniform(3, 35)), axis, center=atoms.positions[j])
            a.positions[moved] = b.positions
            a.positions += rng.normal(scale=rng.uniform(0, 0.02), size=a.positions.shape)
            result.append(label(a, "twisted", atoms.info["system"]))
    return [r for r in result if r is not None]


def make_twists(sources, seed):
    molecules = [m for m in read(MOLECULES, ":") if not is_held_out(m.info["system"]) and m.info["source"] in sources]
    with Pool(2) as pool:
        return [f for made in pool.imap(frames_of_twists, [(m, seed + k) for k, m in enumerate(molecules)], chunksize=1) for f in made]


# ---------------------------------------------------------------- crystals

def molecules_around(crystal, cell, distance):
    """The whole molecules of a crystal whose cell was changed to `cell` with an atom within `distance` of the first: atomic numbers and positions, the first in front. Bonds are those of the crystal before."""
    i, j, cells = neighbor_list("ijS", crystal, natural_cutoffs(crystal, mult=1.1))
    scaled, left, found = crystal.get_scaled_positions(wrap=False), set(range(len(crystal))), []
    while left:
        shift, queue = {}, [(min(left), np.zeros(3, int))]
        while queue:
            a, s = queue.pop()
            if a not in shift:
                shift[a] = s
                queue.extend((int(b), s + c) for b, c in zip(j[i == a], cells[i == a]))
        left -= set(shift)
        atoms = sorted(shift)
        found.append((crystal.numbers[atoms], (scaled[atoms] + np.array([shift[a] for a in atoms])) @ cell))
    around = []
    for numbers, positions in found:
        for n in np.ndindex(7, 7, 7):
            moved = positions + (np.array(n) - 3) @ cell
            d = np.linalg.norm(moved[:, None] - found[0][1][None], axis=-1).min()
            if d < distance and not (numbers is found[0][0] and n == (3, 3, 3)):
                around.append((d, numbers, moved))
    around.sort(key=lambda m: m[0])
    return [found[0]] + [(numbers, moved) for _, numbers, moved in around]


def frames_of_crystal(task):
    """A molecule of a strained crystal with neighbours that were drawn among the closest, atoms displaced or moved by dynamics."""
    name, crystal, count, seed = task
    rng = np.random.default_rng(seed)
    result, whole = [], name_of_graph(Atoms(*molecules_around(crystal, crystal.cell[:], 0.0)[0]))
    for k in range(count):
        e = rng.normal(scale=0.02, size=(3, 3))
        cell = crystal.cell[:] @ (np.eye(3) * (1 + rng.normal(scale=0.025)) + 0.5 * (e + e.T))
        moved = molecules_around(crystal, cell, 4.6)
        most = min(len(moved), max(2, int(rng.integers(24, 72)) // len(moved[0][0])))
        chosen = [0] + sorted((1 + rng.permutation(min(len(moved) - 1, most + 3))[:most - 1]).tolist())
        numbers, positions = [], []
        for c in chosen:
            z, r = moved[c]
            centre = r.mean(0)
            straight = (r - centre) @ np.linalg.inv(cell) @ crystal.cell[:]   # bonds keep their lengths
            turn = rng.normal(scale=0.05, size=3)
            rotation = np.eye(3) + np.cross(np.eye(3), turn)
            q, _ = np.linalg.qr(rotation)
            q *= np.sign((q * rotation).sum(0))
            numbers.append(z)
            positions.append(centre + rng.normal(scale=0.06, size=3) + straight @ q)
        a = Atoms(np.concatenate(numbers), np.concatenate(positions))
        a.positions -= a.positions.mean(0)
        a.positions += rng.normal(scale=rng.uniform(0.0, 0.04), size=a.positions.shape)
        if k % 3 == 2:   # these go on for 50 fs
            run = dynamics(a, 300, 0.05, 0.75, 45, True)
            a = run[-1] if run else a
        if set(composition(a)) == {whole}:   # no proton has moved
            result.append(label(a, "crystal", f"crystal-{name}"))
    return [r for r in result if r is not None]


def make_crystals(x23):
    tasks = []
    single, _ = forbidden()
    for k, folder in enumerate(sorted(os.listdir(x23))):
        name = folder[3:]
        crystal = read(f"{x23}/{folder}/POSCAR_solid")
        if name_of_graph(Atoms(*molecules_around(crystal, crystal.cell[:], 0.0)[0])) in single or name in HELD_OUT:
            continue
        tasks.append((name, crystal, 36 if name in ("urea", "benzene") else 13, 7000 + k))
    with Pool(2) as pool:
        frames = [f for made in pool.imap(frames_of_crystal, tasks, chunksize=1) for f in made]
    save(CRYSTALS, frames)
    print(len(frames), "frames", sum(map(len, frames)), "atoms", Counter(f.info["system"] for f in frames))


# ---------------------------------------------------------------- what a potential visits

def frames_of_run(task):
    """Frames that an earlier potential visited, right or wrong, and of clusters copies with displaced atoms."""
    name, frames, cluster, seed = task
    rng = np.random.default_rng(seed)
    result = []
    for a in frames:
        result.append(label(a, "visited", name))
        if cluster:
            b = a.copy()
            b.positions += rng.normal(scale=rng.uniform(0.03, 0.09), size=b.positions.shape)
            result.append(label(b, "visited", name))
    return [r for r in result if r is not None]


def frames_of_packing(task):
    """Molecules put together too closely, and what the first steps of a relaxation make of them."""
    name, members, seed = task
    rng = np.random.default_rng(seed)
    start = pack(members, 1.4 * len(members) ** (1 / 3), float(rng.uniform(1.3, 1.75)), rng)
    result = [label(start, "packed", name)]
    for cycles in (2, 6):
        files = run_xtb(start, "--opt", "crude", "--cycles", str(cycles))
        if "xtbopt.xyz" in files or "xtbopt.log" in files:
            result.append(label(from_xyz(files["xtbopt.xyz"] if "xtbopt.xyz" in files else files["xtbopt.log"])[-1], "packed", name))
    return [r for r in result if r is not None and composition(r) == composition(start)]


def make_packed():
    rng = np.random.default_rng(17)
    single, clusters = forbidden()
    by_name = {m.info["system"]: m for m in read(MOLECULES, ":")}
    common = [by_name[n] for n in ("H2O", "CH3OH", "NH3", "HCOOH", "CH3CONH2", "H2CO", "CH3CN", "CH4", "C6H6", "urea", "formamide", "CO2")]
    tasks = []
    for k in range(90):
        members = [by_name["H2O"]] * int(rng.integers(7, 15)) if k % 3 else [common[int(i)] for i in rng.integers(len(common), size=int(rng.integers(3, 6)))]
        if tuple(sorted(name_of_graph(m) for m in members)) not in clusters:
            tasks.append((f"packed{k}", members, 13000 + k))
    with Pool(2) as pool:
        return [f for made in pool.imap(frames_of_packing, tasks, chunksize=1) for f in made]


def make_runs(folders):
    single, clusters = forbidden()
    tasks = []
    for k, path in enumerate(sorted(os.path.join(f, p) for f in folders for p in os.listdir(f) if p.endswith("-traj.extxyz"))):
        name, frames = os.path.basename(path)[:-len("-traj.extxyz")], read(path, ":")
        start = composition(frames[0])
        if is_held_out(name) or start in clusters or single & set(start):
            continue
        cluster = len(parts(bonds(frames[0]))) > 1
        # Few frames of what stayed as it was, many where bonds changed.
        changed = [i for i, a in enumerate(frames) if composition(a) != start]
        chosen = np.unique(np.linspace(0, len(frames) - 1, 16 if cluster else 3).astype(int)).tolist()
        if changed:
            chosen += [i for i in np.linspace(max(0, changed[0] - 12), min(len(frames) - 1, changed[0] + 12), 16).astype(int).tolist() if i not in chosen]
        tasks.append((f"visited-{name}" if cluster else name, [frames[i] for i in chosen], cluster, 11000 + k))
    with Pool(2) as pool:
        found = [f for made in pool.imap(frames_of_run, tasks, chunksize=1) for f in made]
    found += [] if os.path.exists(SECOND) else make_packed() + make_twists(("g2", "x23"), 15000) + make_modes(-1)
    before = read(SECOND, ":") if os.path.exists(SECOND) else []
    for f in before:
        f.info["REF_dipole"] = f.info["dipole_debye"] * units.Debye
    save(SECOND, before + found)
    print(len(before), "+", len(found), "frames", sum(map(len, found)), "atoms", Counter(f.info["system"] for f in found).most_common(8))


# ---------------------------------------------------------------- check

def check():
    """No new frame is of a system of the test set, no frame is one of its frames (same elements and distances within 0.01 Å; of diatomic molecules that would say nothing)."""
    single, clusters = forbidden()
    test = read(TEST, ":")
    shape = lambda a: np.sort(distances(a)[np.triu_indices(len(a), 1)])
    by_formula = {}
    for t in test:
        by_formula.setdefault(t.get_chemical_formula(), []).append(shape(t))
    bad = 0
    for path in (TRAIN, MODES, TWISTS, CRYSTALS, SECOND, VALID):
        frames = [f for f in read(path, ":") if len(f) > 1]
        for f in frames:
            if len(f) > 2 and any(np.abs(s - shape(f)).max() < 0.01 for s in by_formula.get(f.get_chemical_formula(), []) if len(s) == len(shape(f))):
                print("duplicate of a test frame:", path, f.info["system"])
                bad += 1
            if f.info["config_type"] != "Default" and (composition(f) in clusters or single & set(composition(f))):
                print("system of the test set:", path, f.info["system"], f.info["config_type"])
                bad += 1
        print(os.path.basename(path), len(frames), "frames,", len({f.info["system"] for f in frames}), "systems")
    both = {f.info["system"] for f in read(TRAIN, ":") if "system" in f.info} & {f.info["system"] for f in read(VALID, ":")}
    print("in training and validation:", sorted(both) or "none")
    print("found:", bad or "nothing of the test set")
    return 1 if bad or both else 0


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what == "molecules":
        make_molecules(sys.argv[2] if len(sys.argv) > 2 else None)
    elif what == "frames":
        make_frames()
    elif what == "modes":
        save(MODES, make_modes(1))
    elif what == "twists":
        save(TWISTS, make_twists(("g2", "x23", "morphed", "joined"), 9000))
    elif what == "runs" and len(sys.argv) > 2:
        make_runs(sys.argv[2:])
    elif what == "crystals" and len(sys.argv) > 2:
        make_crystals(sys.argv[2])
    elif what == "check":
        sys.exit(check())
    else:
        sys.exit(__doc__)
