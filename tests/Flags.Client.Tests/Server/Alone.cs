namespace Flags.Client.Tests;

/// <summary>Where times are measured: nothing else of this project runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
