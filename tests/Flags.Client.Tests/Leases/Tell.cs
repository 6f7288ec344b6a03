namespace Flags.Client.Tests;

/// <summary>Progress told at once, on the same thread.</summary>
internal sealed class Tell<T>(Action<T> to) : IProgress<T>
{
    public void Report(T value) => to(value);
}
