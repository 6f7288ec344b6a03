namespace Flags.Admin.Tests;

/// <summary>
/// The table of goals of the pages: each test of one leaves its figure in artifacts/figures/admin-goals, <c>tests/admin-goals.sh</c> prints them all.
/// The table compares with the goal itself; a test fails only at ten times a time, because machines are shared. The full counts need <c>FLAGS_LONG=1</c>.
/// </summary>
internal static class Goal
{
    private const string Variable = "FLAGS_LONG";

    private const int HeadRoom = 10;

    private static readonly Lock Gate = new();

    public static bool IsLong => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>How many, in the default suite and in the long run.</summary>
    public static int Count(int usual, int whole) => IsLong ? whole : usual;

    public static void SkipUnlessLong(string why) => Assert.SkipUnless(IsLong, $"{why}: tests/admin-goals.sh or ./test.sh --long ({Variable}=1)");

    /// <summary>A line of the table; one of the same goal and words replaces it.</summary>
    /// <param name="number">Of the goal.</param>
    /// <param name="goal">What it is about, in a few words.</param>
    /// <param name="figure">What was measured.</param>
    /// <param name="limit">What is wanted.</param>
    /// <param name="met">Whether it is so.</param>
    public static void Record(int number, string goal, string figure, string limit, bool met)
    {
        string path = Path.Combine(Artifacts.Folder(Path.Combine("figures", "admin-goals")), $"{number:00}.txt");
        lock (Gate)
        {
            IEnumerable<string> others = File.Exists(path) ? File.ReadAllLines(path).Where(line => line.Split('\t')[0] != goal) : [];
            File.WriteAllLines(path, others.Append($"{goal}\t{figure}\t{limit}\t{(met ? "met" : "MISSED")}").Order(StringComparer.Ordinal));
        }
    }

    /// <summary>A time: the table has it against the limit, the test fails at ten times that.</summary>
    public static void Time(int number, string goal, double milliseconds, double limit, string more = "")
    {
        Record(number, goal, $"{Text(milliseconds)}{more}", $"<= {Text(limit)}", milliseconds <= limit);
        Assert.True(milliseconds <= limit * HeadRoom, $"{goal}: {Text(milliseconds)}, the goal is {Text(limit)}");
    }

    /// <summary>The 95th of a hundred.</summary>
    public static void Times(int number, string goal, IReadOnlyCollection<double> milliseconds, double limit)
    {
        Assert.True(milliseconds.Count >= 20, "the 95th of a hundred of fewer than 20 is the largest");
        Time(number, goal, Percentile(milliseconds, 0.95), limit, $" p95 of {milliseconds.Count}");
    }

    public static double Percentile(IReadOnlyCollection<double> values, double share) => values.Order().ElementAt((int)Math.Ceiling(values.Count * share) - 1);

    private static string Text(double milliseconds) => milliseconds < 10_000 ? $"{milliseconds:0.#} ms" : $"{milliseconds / 1_000:0.#} s";
}
