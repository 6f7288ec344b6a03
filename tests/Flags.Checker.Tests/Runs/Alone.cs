namespace Flags.Checker.Tests;

/// <summary>Where times are judged: no mutant and no other run takes the machine meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
