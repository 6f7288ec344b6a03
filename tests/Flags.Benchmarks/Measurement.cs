using System.Diagnostics;
using System.Globalization;

namespace Flags.Benchmarks;

/// <summary>Something to measure: <paramref name="Loop"/> does it that many times.</summary>
internal sealed record Subject(string Name, Action<int> Loop);

/// <summary>What one operation took, as the median of the rounds.</summary>
internal sealed record Figure(string Name, double Nanoseconds, double Bytes, double Ratio);

/// <summary>
/// Measures subjects in turns, so that a machine that others use at the same time slows down all of them alike; the ratio is the median of
/// the ratios inside a round.
/// </summary>
internal static class Measurement
{
    public static IReadOnlyList<Figure> Run(Subject floor, IReadOnlyList<Subject> subjects, bool quick)
    {
        // Short turns: most of them fit between two interruptions.
        var (rounds, turn) = (quick ? 101 : 1001, TimeSpan.FromMilliseconds(1));
        Subject[] all = [floor, .. subjects];
        var counts = all.Select(subject => WarmUp(subject, turn)).ToArray();
        var times = all.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < all.Length; i++)
                times[i][round] = Time(all[i], counts[i]) / counts[i];
        }
        return [.. all.Select((subject, i) => new Figure(
            subject.Name,
            Median(times[i]),
            Bytes(subject, counts[i]),
            Median([.. times[i].Zip(times[0], (mine, floors) => mine / floors)])))];
    }

    public static void Print(string what, IReadOnlyList<Figure> figures)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}, {Environment.ProcessorCount} cores, .NET {Environment.Version}, medians of rounds in turns"));
        Console.WriteLine();
        Console.WriteLine("| | ns | ratio | bytes |");
        Console.WriteLine("|---|---:|---:|---:|");
        foreach (var figure in figures)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {figure.Name} | {figure.Nanoseconds:#,0.0} | {figure.Ratio:#,0.00} | {figure.Bytes:#,0.#} |"));
        }
    }

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    // Long enough for the optimising compiler, then as many operations as fill a turn.
    private static int WarmUp(Subject subject, TimeSpan turn)
    {
        var count = 1;
        var warm = Stopwatch.StartNew();
        while (Time(subject, count) < turn.TotalNanoseconds || warm.ElapsedMilliseconds < 300)
        {
            if (Time(subject, count) < turn.TotalNanoseconds)
                count *= 2;
        }
        return count;
    }

    private static double Time(Subject subject, int count)
    {
        var start = Stopwatch.GetTimestamp();
        subject.Loop(count);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static double Bytes(Subject subject, int count)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        subject.Loop(count);
        return Math.Round((GC.GetAllocatedBytesForCurrentThread() - before) / (double)count, 1);
    }
}
