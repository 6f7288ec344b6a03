namespace Flags.Admin.Tests;

/// <summary>Where times are measured: nothing else of this project runs meanwhile. These come last, when the other projects have mostly ended.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
