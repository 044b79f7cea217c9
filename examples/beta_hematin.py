#!/usr/bin/env python3
"""Builds a crystal with the lattice and the contents of beta-hematin, and writes it as CIF.

Measured: the lattice and the space group P-1 (S. Pagola, P. W. Stephens, D. S. Bohle, A. D. Kosar and S. K. Madsen,
Nature 404, 307 (2000)), and that its cell holds one centrosymmetric dimer whose irons are bound to a propionate of each other.
Assumed, because coordinates are not at hand: everything else. A haem is put together of usual bond lengths and angles around a flat
porphyrin; the propionate at carbon 7 binds (Fe-O 1.90 A), the one at carbon 6 keeps its proton; iron stands 0.47 A above its nitrogens.
Bonds, angles and flat groups are springs, atoms that are not bonded repel each other when they are closer than usual in molecular crystals,
and the orientation of the dimer in its cell is the best of many tried. So no two atoms are too close, but nothing here is a measured or
a computed structure: it is made for measuring what a step costs, and as a start for a relaxation with a model that knows the matter.

    python3 beta_hematin.py [OUTPUT.cif [SEED [STARTS]]]        needs numpy; ten minutes.

beta-hematin.cif beside this file is what it makes by default
"""
import sys

import numpy as np

LENGTHS, ANGLES = (12.2, 14.7, 8.0), (90.2, 96.8, 97.9)

# Shortest distances, in Angstrom, of atoms that no bond holds together.
CONTACTS = {"CC": 3.40, "CH": 2.75, "HH": 2.25, "CN": 3.30, "CO": 3.20, "HN": 2.60, "HO": 2.50, "OO": 3.00, "NO": 3.00, "NN": 3.20,
            "CFe": 3.30, "FeH": 2.90, "FeN": 3.30, "FeO": 3.20, "FeFe": 5.0}


def cell_vectors():
    (a, b, c), (alpha, beta, gamma) = LENGTHS, np.radians(ANGLES)
    x = np.cos(beta)
    y = (np.cos(alpha) - np.cos(beta) * np.cos(gamma)) / np.sin(gamma)
    return np.array([[a, 0, 0], [b * np.cos(gamma), b * np.sin(gamma), 0], [c * x, c * y, c * np.sqrt(1 - x * x - y * y)]])


class Haem:
    """One half of the dimer: atoms, bonds with their lengths, angles as distances, and groups that are flat."""

    def __init__(self):
        self.symbols, self.start, self.bonds, self.pairs, self.flat = [], [], {}, {}, []
        self.build()

    def add(self, symbol, place, bonded=None, length=None):
        self.symbols.append(symbol)
        self.start.append(np.asarray(place, float))
        atom = len(self.symbols) - 1
        if bonded is not None:
            self.bond(atom, bonded, length)
        return atom

    def bond(self, i, j, length):
        self.bonds[min(i, j), max(i, j)] = length

    def angle(self, i, centre, k, degrees):
        a, b = self.bonds[min(i, centre), max(i, centre)], self.bonds[min(k, centre), max(k, centre)]
        self.pairs[min(i, k), max(i, k)] = np.sqrt(a * a + b * b - 2 * a * b * np.cos(np.radians(degrees)))

    def neighbours(self, i):
        return [a + b - i for a, b in self.bonds if i in (a, b)]

    def build(self):
        core, beta = [], []
        self.iron = self.add("Fe", (0, 0, -0.47))
        self.nitrogens = []
        turn = lambda k, x, y: (np.cos(k * np.pi / 2) * x - np.sin(k * np.pi / 2) * y, np.sin(k * np.pi / 2) * x + np.cos(k * np.pi / 2) * y, 0)
        alphas = []
        for k in range(4):
            n = self.add("N", turn(k, 2.02, 0), self.iron, 2.07)
            a = [self.add("C", turn(k, 2.84, s * 1.10), n, 1.38) for s in (-1, 1)]
            b = [self.add("C", turn(k, 4.20, s * 0.68), a[i], 1.44) for i, s in enumerate((-1, 1))]
            self.bond(b[0], b[1], 1.36)
            self.nitrogens.append(n)
            alphas.append(a)
            beta += b
            core += [n, *a, *b]
            self.angle(a[0], n, a[1], 106)
            for i in (0, 1):
                self.angle(n, a[i], b[i], 110)
                self.angle(a[i], b[i], b[1 - i], 107)
        for k in range(4):
            m = self.add("C", turn(k, 2.42, 2.42), alphas[k][1], 1.385)
            nxt = (k + 1) % 4
            self.bond(m, alphas[nxt][0], 1.385)
            self.angle(alphas[k][1], m, alphas[nxt][0], 126)
            for ring, side in ((k, 1), (nxt, 0)):
                self.angle(m, alphas[ring][side], self.nitrogens[ring], 125)
                self.angle(m, alphas[ring][side], beta[2 * ring + side], 125)
            h = self.add("H", turn(k, 3.19, 3.19), m, 1.09)
            self.angle(h, m, alphas[k][1], 117)
            self.angle(h, m, alphas[nxt][0], 117)
            core += [m, h]

        # The isomer IX: 1,3,5,8-tetramethyl-2,4-divinyl-6,7-dipropionate; carbons 6 and 7 look at each other over a bridge.
        for place, (kind, carbon) in enumerate(zip("MVMVMPPM", beta)):
            out = self.start[carbon] / np.linalg.norm(self.start[carbon])
            axis = self.start[carbon - 1 if place % 2 else carbon + 1] - self.start[carbon]
            out = out - 0.35 * axis / np.linalg.norm(axis)
            out /= np.linalg.norm(out)
            first = self.add("C", self.start[carbon] + 1.50 * out, carbon, 1.47 if kind == "V" else 1.50)
            for other in self.neighbours(carbon):
                if other != first:
                    self.angle(first, carbon, other, 126.5)
            core.append(first)
            if kind == "M":
                self.hydrogens(first, carbon, 3)
            elif kind == "V":
                self.vinyl(first, carbon, out)
            else:
                self.propionate(first, carbon, out, acid=place == 5)
        self.flat.insert(0, core)
        self.start = np.array(self.start)

    def hydrogens(self, carbon, *others_and_count):
        *others, count = others_and_count
        rng = np.random.default_rng(len(self.symbols))
        away = sum((self.start[carbon] - self.start[o]) / np.linalg.norm(self.start[carbon] - self.start[o]) for o in others)
        made = []
        for _ in range(count):
            d = away / np.linalg.norm(away) + rng.normal(size=3)
            made.append(self.add("H", self.start[carbon] + 1.09 * d / np.linalg.norm(d), carbon, 1.09))
        for i, h in enumerate(made):
            for o in others:
                self.angle(h, carbon, o, 109.5)
            for g in made[:i]:
                self.angle(h, carbon, g, 108)

    def vinyl(self, first, carbon, out):
        side = np.array([-out[1], out[0], 0.0])
        last = self.add("C", self.start[first] + 1.34 * (0.5 * out + 0.6 * side + [0, 0, 0.62]), first, 1.34)
        h = self.add("H", self.start[first] - 0.9 * side + 0.3 * out, first, 1.09)
        ends = [self.add("H", self.start[last] + 0.9 * out + s * 0.5 * side, last, 1.09) for s in (1, -1)]
        self.angle(last, first, carbon, 126)
        self.angle(h, first, carbon, 115)
        self.angle(h, first, last, 119)
        for e in ends:
            self.angle(e, last, first, 121)
        self.angle(ends[0], last, ends[1], 118)
        self.flat.append([carbon, first, last, h, *ends])

    def propionate(self, first, carbon, out, acid):
        # The acid goes outwards and up, the one that binds up towards the other half, which is above.
        up = np.array([0, 0, 1.0])
        second = self.add("C", self.start[first] + (1.0 * up + 1.1 * out if not acid else -1.0 * up + 1.1 * out), first, 1.53)
        self.angle(second, first, carbon, 113)
        self.hydrogens(first, carbon, second, 2)
        third = self.add("C", self.start[second] + (1.2 * out + 0.9 * up if not acid else 1.4 * out - 0.5 * up), second, 1.52)
        self.angle(third, second, first, 113)
        self.hydrogens(second, first, third, 2)
        short = self.add("O", self.start[third] + [0.3, 0.9, 0.8] * (up + out + 0.5), third, 1.22 if acid else 1.24)
        long = self.add("O", self.start[third] + 0.9 * out + (0.9 * up if not acid else -0.9 * up), third, 1.32 if acid else 1.29)
        self.angle(short, third, second, 122)
        self.angle(long, third, second, 114)
        self.angle(short, third, long, 124)
        group = [second, third, short, long]
        if acid:
            h = self.add("H", self.start[long] + 0.98 * out, long, 0.98)
            self.angle(h, long, third, 109)
            group.append(h)
            self.acid_hydrogen, self.acid_oxygens = h, (short, long)
        else:
            self.bound = long
            self.carboxyl = third
        self.flat.append(group)


class Crystal:
    """The penalty of a half dimer in its cell, the other half and all images made by inversion and translation, with its gradient."""

    def __init__(self, haem):
        self.haem, self.cell = haem, cell_vectors()
        count = self.count = len(haem.symbols)
        springs = {**haem.pairs, **haem.bonds}
        self.i, self.j = np.array(list(springs)).T
        self.length = np.array(list(springs.values()))
        self.stiffness = np.array([100.0 if p in haem.bonds else 40.0 for p in springs])

        # Springs to the other half: iron and its oxygen, with the angles there.
        h = haem
        fourth = np.sqrt(2.016**2 + 2.37**2)
        self.across = [(h.iron, h.bound, 1.90, 100.0), (h.iron, h.carboxyl, 2.88, 20.0)] + [(n, h.bound, fourth, 20.0) for n in h.nitrogens]

        # How many bonds are between two atoms of a half; and across, through iron.
        far = np.full((2 * count, 2 * count), 99)
        edges = list(h.bonds) + [(a + count, b + count) for a, b in h.bonds] + [(h.iron, h.bound + count), (h.bound, h.iron + count)]
        for a, b in edges:
            far[a, b] = far[b, a] = 1
        for k in range(2 * count):
            far[k, k] = 0
        for k in range(2 * count):
            far = np.minimum(far, far[:, k, None] + far[None, k, :])
        reach = np.array([[CONTACTS["".join(sorted((a, b)))] for b in h.symbols] for a in h.symbols])
        self.free = reach.copy()
        for o in h.acid_oxygens:
            self.free[h.acid_hydrogen, o] = self.free[o, h.acid_hydrogen] = 1.7
            for p in h.acid_oxygens:
                self.free[o, p] = 2.6
        scale = lambda d: np.where(d <= 3, 0.0, np.where(d == 4, 0.85, 1.0))
        self.same = scale(far[:count, :count]) * reach
        self.other = scale(far[:count, count:]) * reach
        shifts = np.array([(x, y, z) for x in (-2, -1, 0, 1, 2) for y in (-2, -1, 0, 1, 2) for z in (-2, -1, 0, 1, 2)])
        self.shifts = shifts @ self.cell
        self.home = int(np.flatnonzero((shifts == 0).all(axis=1))[0])

    def penalty(self, x, soft=1.0, crystal=True):
        g = np.zeros_like(x)
        e = 0.0
        d = x[self.i] - x[self.j]
        r = np.linalg.norm(d, axis=1)
        e += (self.stiffness * (r - self.length) ** 2).sum()
        f = (2 * self.stiffness * (r - self.length) / r)[:, None] * d
        np.add.at(g, self.i, f)
        np.add.at(g, self.j, -f)
        for i, j, length, k in self.across:  # the other half is at -x: distance x_i + x_j
            d = x[i] + x[j]
            r = np.linalg.norm(d)
            e += k * (r - length) ** 2
            f = 2 * k * (r - length) / r * d
            g[i] += f
            g[j] += f
        for group in self.haem.flat:
            y = x[group] - x[group].mean(axis=0)
            normal = np.linalg.svd(y, full_matrices=False)[2][2]
            out = y @ normal
            e += 60 * (out**2).sum()
            g[group] += 120 * out[:, None] * normal
        # Contacts: atoms of the first half with all atoms of both halves, in this cell and in those around.
        for inverted, sign in ((False, 1.0), (True, -1.0)):
            for s in (range(len(self.shifts)) if crystal else [self.home]):
                shift = self.shifts[s]
                there = sign * x + shift
                if np.any(there.min(axis=0) > x.max(axis=0) + 3.5) or np.any(there.max(axis=0) < x.min(axis=0) - 3.5):
                    continue
                reach = soft * ((self.other if inverted else self.same) if s == self.home else self.free)
                d = x[:, None, :] - there[None, :, :]
                r = np.sqrt((d**2).sum(axis=2))
                if s == self.home and not inverted:
                    np.fill_diagonal(r, 99)
                a, b = np.nonzero(r < reach)
                if len(a) == 0:
                    continue
                gap = reach[a, b] - r[a, b]
                e += 5 * (gap**2).sum()  # every contact is met twice, once from either side
                f = (-10 * gap / r[a, b])[:, None] * d[a, b]
                np.add.at(g, a, f)
                np.add.at(g, b, -sign * f)
        return e, g

    def relax(self, x, steps, soft=1.0, crystal=True):
        """FIRE (E. Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006))."""
        v, dt, alpha, good = np.zeros_like(x), 0.02, 0.1, 0
        for _ in range(steps):
            e, g = self.penalty(x, soft, crystal)
            if np.abs(g).max() < 1e-3:
                break
            if (-g * v).sum() > 0:
                v = (1 - alpha) * v - alpha * g * np.linalg.norm(v) / np.linalg.norm(g)
                good += 1
                if good > 5:
                    dt, alpha = min(dt * 1.1, 0.08), alpha * 0.99
            else:
                v, dt, alpha, good = np.zeros_like(x), dt * 0.5, 0.1, 0
            v = v - dt * g
            move = dt * v
            largest = np.abs(move).max()
            x = x + (move if largest < 0.1 else 0.1 / largest * move)
        return x, self.penalty(x, 1.0, crystal)[0]


def rotation(rng):
    q = rng.normal(size=4)
    w, a, b, c = q / np.linalg.norm(q)
    return np.array([[1 - 2 * (b * b + c * c), 2 * (a * b - c * w), 2 * (a * c + b * w)],
                     [2 * (a * b + c * w), 1 - 2 * (a * a + c * c), 2 * (b * c - a * w)],
                     [2 * (a * c - b * w), 2 * (b * c + a * w), 1 - 2 * (a * a + b * b)]])


def build(seed, starts):
    rng = np.random.default_rng(seed)
    haem = Haem()
    crystal = Crystal(haem)

    # Halves: the plane of the second is 4 A above the first; its iron, shifted by 8 A, is where the binding propionate ends.
    halves = []
    for trial in range(6):
        direction = haem.start[haem.carboxyl] * [1, 1, 0]
        turn = np.radians(rng.uniform(-25, 25))
        c, s = np.cos(turn), np.sin(turn)
        direction = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ direction / np.linalg.norm(direction)
        x = haem.start + rng.normal(scale=0.02, size=haem.start.shape)
        x[haem.iron, 2] = 0.47
        x -= 0.5 * (8.0 * direction + np.array([0, 0, rng.uniform(3.8, 4.8)]))
        x, _ = crystal.relax(x, 500, 0.6, crystal=False)
        x, e = crystal.relax(x, 1500, 1.0, crystal=False)
        halves.append((e, x))
        print(f"dimer {trial + 1}: penalty {e:.3f}, Fe-Fe {2 * np.linalg.norm(x[haem.iron]):.2f} A", file=sys.stderr)
    halves.sort(key=lambda h: h[0])

    # Orientations: many rigid ones, the best of them made to fit.
    tried = []
    for e, x in halves[:3]:
        for _ in range(150):
            y = x @ rotation(rng)
            tried.append((crystal.penalty(y, 0.8)[0], y))
    tried.sort(key=lambda t: t[0])
    best = (np.inf, None)
    for number, (_, y) in enumerate(tried[:starts]):
        for soft, steps in ((0.5, 150), (0.7, 150), (0.85, 200), (1.0, 400)):
            y, e = crystal.relax(y, steps, soft)
        print(f"orientation {number + 1}: penalty {e:.3f}", file=sys.stderr)
        if e < best[0]:
            best = (e, y)
    y, e = crystal.relax(best[1], 4000, 1.0)
    return haem, crystal, y, e


def worst_contacts(crystal, x):
    ratios = []
    for sign in (1.0, -1.0):
        for s, shift in enumerate(crystal.shifts):
            reach = (crystal.same if sign > 0 else crystal.other) if s == crystal.home else crystal.free
            r = np.linalg.norm(x[:, None] - (sign * x + shift)[None], axis=2)
            ok = reach > 0
            if s == crystal.home and sign > 0:
                np.fill_diagonal(ok, False)
            a, b = np.nonzero(ok & (r < 4))
            ratios += [(r[i, j] / reach[i, j], crystal.haem.symbols[i] + crystal.haem.symbols[j], r[i, j]) for i, j in zip(a, b)]
    return sorted(ratios)[:10]


def write_cif(path, haem, cell, x):
    s = x @ np.linalg.inv(cell)
    lines = ["data_beta_hematin_built", "# Lattice and space group: Pagola et al., Nature 404, 307 (2000). The coordinates are built, neither measured nor computed: see beta_hematin.py."]
    lines += [f"_cell_length_{n} {v}" for n, v in zip("abc", LENGTHS)] + [f"_cell_angle_{n} {v}" for n, v in zip(("alpha", "beta", "gamma"), ANGLES)]
    lines += ["_chemical_formula_sum 'C68 H62 Fe2 N8 O8'", "_space_group_name_H-M_alt 'P -1'", "_space_group_IT_number 2", "loop_", "_space_group_symop_operation_xyz", "x,y,z", "-x,-y,-z",
              "loop_", "_atom_site_label", "_atom_site_type_symbol", "_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z"]
    counts = {}
    for symbol, row in zip(haem.symbols, s):
        counts[symbol] = counts.get(symbol, 0) + 1
        lines.append(f"{symbol}{counts[symbol]} {symbol} " + " ".join(f"{v:.5f}" for v in row))
    with open(path, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    path = sys.argv[1] if len(sys.argv) > 1 else "beta-hematin.cif"
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    haem, crystal, x, e = build(seed, int(sys.argv[3]) if len(sys.argv) > 3 else 30)
    formula = {s: 2 * haem.symbols.count(s) for s in sorted(set(haem.symbols))}
    print(f"{2 * len(haem.symbols)} atoms {formula}, penalty {e:.3f}, Fe-O {np.linalg.norm(x[haem.iron] + x[haem.bound]):.3f} A", file=sys.stderr)
    for ratio, pair, r in worst_contacts(crystal, x):
        print(f"contact {pair} {r:.2f} A, {100 * ratio:.0f} % of what is usual", file=sys.stderr)
    write_cif(path, haem, crystal.cell, x)
