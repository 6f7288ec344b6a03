using Flags.Benchmarks;

// A verb a file; each prints its own table. Nothing here asserts on time.
Dictionary<string, Func<bool, Task>> verbs = new()
{
    ["evaluation"] = quick =>
    {
        EvaluationBenchmark.Run(quick);
        return Task.CompletedTask;
    },
    ["claims"] = ClaimBenchmark.RunAsync,
    ["leases"] = LeaseBenchmark.RunAsync,
    ["server"] = ServerBenchmark.RunAsync,
    ["sdk"] = SdkBenchmark.RunAsync,
    ["start"] = StartBenchmark.RunAsync,
    ["wires"] = WireBenchmark.RunAsync,
};

if (args is ["watch", var what, var url, var count])
{
    await Watchers.RunAsync(what, new Uri(url), int.Parse(count));
    return 0;
}

if (args is [var verb, ..] && verbs.TryGetValue(verb, out var run))
{
    await run(args.Contains("--quick"));
    return 0;
}
Console.Error.WriteLine($"usage: dotnet run -c Release --project tests/Flags.Benchmarks -- {string.Join('|', verbs.Keys)} [--quick]");
return 2;
