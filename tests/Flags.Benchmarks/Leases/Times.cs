using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Flags.Benchmarks;

/// <summary>How long something took, many times; printed as a row of a table.</summary>
internal sealed class Times
{
    private readonly ConcurrentBag<double> milliseconds = [];

    public double Longest => milliseconds.DefaultIfEmpty().Max();

    public void Add(long since) => Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);

    public void Add(double time) => milliseconds.Add(time);

    public void Print(string what, string aim)
    {
        double[] sorted = [.. milliseconds.Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {sorted.Length:#,0} | {At(sorted, 0.5):#,0.0} | {At(sorted, 0.99):#,0.0} | {sorted[^1]:#,0.0} | {aim} |"));
    }

    private static double At(double[] sorted, double part) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
}
