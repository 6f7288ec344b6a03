using Flags.Benchmarks;

// A verb a file; each prints its own table. Nothing here asserts on time.
Dictionary<string, Action<bool>> verbs = new()
{
    ["evaluation"] = EvaluationBenchmark.Run,
};

if (args is [var verb, ..] && verbs.TryGetValue(verb, out var run))
{
    run(args.Contains("--quick"));
    return 0;
}
Console.Error.WriteLine($"usage: dotnet run -c Release --project tests/Flags.Benchmarks -- {string.Join('|', verbs.Keys)} [--quick]");
return 2;
