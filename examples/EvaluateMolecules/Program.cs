using MaceSharp;
using MaceSharp.Atoms;

var potential = MacePotential.Load("models/gfn2-chno.safetensors");
foreach (var structure in StructureReader.Read("examples/molecules.xyz"))
{
    var result = potential.Compute(structure, Properties.Energy | Properties.Forces);
    Console.WriteLine($"{structure.Count} atoms: {result.Energy:F6} eV, first force {result.Forces[0]} eV/Å");
}
