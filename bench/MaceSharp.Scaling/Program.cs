using MaceSharp.Atoms;
using MaceSharp.Scaling;

const string Usage = """
    Measures how evaluations scale, prints tables and puts them into the documentation.

    usage: MaceSharp.Scaling size [--most ATOMS] [--docs FOLDER]       time and memory against the number of atoms, with a picture
           MaceSharp.Scaling threads [--most ATOMS] [--docs FOLDER]    strong scaling over the cores of this machine
           MaceSharp.Scaling shapes [--docs FOLDER]                    shapes and blocks of all kinds
           MaceSharp.Scaling models --models FOLDER [--docs FOLDER]    every model file of a folder that has an energy

    --docs: the folder of performance.md; its tables are replaced and pictures written to pictures/. Without it, tables are only printed.
    """;

try
{
    if (args is [SizeStudy.ChildCommand, .. string[] rest]) { return SizeStudy.RunChild(rest); }
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
