using Flags.Benchmarks;

// A verb a file; each prints its own table. Nothing here asserts on time.
Dictionary<string, Func<bool, Task>> verbs = new()
{
    ["evaluation"] = quick =>
    {
        EvaluationBenchmark.Run(quick);
        return Task.CompletedTask;
    },
    ["leases"] = LeaseBenchmark.RunAsync,
    ["server"] = ServerBenchmark.RunAsync,
    ["start"] = StartBenchmark.RunAsync,
};

if (args is [var verb, ..] && verbs.TryGetValue(verb, out var run))
{
    await run(args.Contains("--quick"));
    return 0;
}
Console.Error.WriteLine($"usage: dotnet run -c Release --project tests/Flags.Benchmarks -- {string.Join('|', verbs.Keys)} [--quick]");
return 2;
