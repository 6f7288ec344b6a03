using System.Globalization;
using Flags.Checker;

if (args is [JobProcess.Mode, ..])
{
    await JobProcess.RunAsync(args);
    return 0;
}

var options = new RunOptions();
IEnumerable<Mutant?> mutants = [null];
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--profile" when i + 1 < args.Length:
            options = options with { Profile = args[++i] };
            break;
        case "--seed" when i + 1 < args.Length:
            options = options with { Seed = int.Parse(args[++i], CultureInfo.InvariantCulture) };
            break;
        case "--minutes" when i + 1 < args.Length:
            options = options with { Duration = TimeSpan.FromMinutes(double.Parse(args[++i], CultureInfo.InvariantCulture)) };
            break;
        case "--mutant" when i + 1 < args.Length:
            mutants = args[++i] == "all" ? Mutants.All : [Mutants.Named(args[i])];
            break;
        case "--strict":
            options = options with { Strict = true };
            break;
        default:
            Console.Error.WriteLine("Flags.Checker [--profile fast|recovery|rest|chaos] [--seed N] [--minutes M] [--mutant NAME|all] [--strict]");
            return 2;
    }
}

bool good = true;
foreach (Mutant? mutant in mutants)
{
    RunResult result = options.Profile == "chaos" ? await ChaosRun.RunAsync(options) : await FastRun.RunAsync(options with { Mutant = mutant });
    result.Print(Console.Out);
    if (mutant is not null)
        Console.WriteLine(result.Caught ? $"caught after {result.Took.TotalSeconds:0.0} s" : "NOT CAUGHT");
    good &= mutant is null ? result.Violations.Count == 0 : result.Caught;
}

return good ? 0 : 1;
