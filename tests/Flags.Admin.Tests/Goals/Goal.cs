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
        Judge(goal, milliseconds, limit);
    }

    /// <summary>
    /// Many times: the table has their percentile, by which the long run is judged too. The default suite is judged by their median: a machine that
    /// stands still now and then makes a few of them slow, which are all that a percentile near the end is made of; worse code makes all of them slow.
    /// </summary>
    public static void Times(int number, string goal, IReadOnlyCollection<double> milliseconds, double limit, double share = 0.95)
    {
        Assert.True(milliseconds.Count >= 20, "a percentile of fewer than 20 is the largest");
        double figure = Percentile(milliseconds, share);
        Record(number, goal, $"{Text(figure)} p{share * 100:0} of {milliseconds.Count}", $"<= {Text(limit)}", figure <= limit);
        Judge(goal, IsLong ? figure : Percentile(milliseconds, 0.5), limit);
    }

    public static double Percentile(IReadOnlyCollection<double> values, double share) => values.Order().ElementAt((int)Math.Ceiling(values.Count * share) - 1);

    private static void Judge(string goal, double milliseconds, double limit) =>
        Assert.True(milliseconds <= limit * HeadRoom, $"{goal}: {Text(milliseconds)}, the goal is {Text(limit)}");

    private static string Text(double milliseconds) => milliseconds < 10_000 ? $"{milliseconds:0.#} ms" : $"{milliseconds / 1_000:0.#} s";
}
