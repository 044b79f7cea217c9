using MaceSharp.Atoms;
using MaceSharp.Scaling;

const string Usage = """
    Measures how evaluations scale, prints tables and puts them into the documentation.

    usage: MaceSharp.Scaling size [--most ATOMS] [--docs FOLDER]       time and memory against the number of atoms, with a picture
           MaceSharp.Scaling threads [--most ATOMS] [--docs FOLDER]    strong scaling over the cores of this machine
           MaceSharp.Scaling shapes [--docs FOLDER]                    shapes and blocks of all kinds
           MaceSharp.Scaling models --models FOLDER [--docs FOLDER]    every model file of a folder that has an energy
           MaceSharp.Scaling crystal --models FILE --crystal FILE [--docs FOLDER]
                                                                       steps of relaxation, phonons and dynamics of a crystal and its double, with a model that knows its elements

    --docs: the folder of the documentation; its tables are replaced and pictures written to pictures/. Without it, tables are only printed.
    """;

try
{
    if (args is [SizeStudy.ChildCommand, .. string[] rest]) { return SizeStudy.RunChild(rest); }
    if (args is [CrystalStudy.ChildCommand, .. string[] row]) { return CrystalStudy.RunChild(row); }
    Arguments arguments = Arguments.Parse(args);
    Documentation documentation = new(arguments.Docs);
    switch (arguments.Command)
    {
        case "size":
            SizeStudy.Run(arguments.Most ?? 1_000_000, documentation);
            return 0;
        case "threads":
            ThreadStudy.Run(arguments.Most ?? 10_000, documentation);
            return 0;
        case "shapes":
            ModelStudy.RunShapes(documentation);
            return 0;
        case "models" when arguments.Models is { } folder:
            ModelStudy.RunFiles(folder, documentation);
            return 0;
        case "crystal" when arguments is { Models: { } model, Crystal: { } crystal }:
            CrystalStudy.Run(model, crystal, documentation);
            return 0;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (Exception exception) when (exception is InvalidInputException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
