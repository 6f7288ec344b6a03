namespace Flags.Checker;

/// <summary>The luck of one loop: the same for the same seed and name.</summary>
public sealed class Chance(int seed, string name)
{
    private readonly Random random = new(Of(seed, name));

    public bool Is(double share) => random.NextDouble() < share;

    /// <summary>Between two figures of one unit.</summary>
    public double Between(double least, double most) => least + random.NextDouble() * (most - least);

    public Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    public static Task Wait(double milliseconds) => milliseconds <= 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>The hash of a string differs from process to process; this one does not.</summary>
    private static int Of(int seed, string name) => name.Aggregate(seed, (hash, letter) => unchecked((hash * 31) + letter));
}
