namespace Flags.Admin;

/// <summary>How far the database's clock is ahead of this server's.</summary>
internal static class Skew
{
    /// <summary>
    /// In whole seconds, nought while what the database said lies between question and answer: a slow answer is no other clock (Cristian, Probabilistic
    /// clock synchronization, 1989, has the bound).
    /// </summary>
    /// <param name="asked">By this server, before the database was asked.</param>
    /// <param name="said">By the database.</param>
    /// <param name="answered">By this server, after.</param>
    public static TimeSpan Of(DateTimeOffset asked, DateTimeOffset said, DateTimeOffset answered)
    {
        TimeSpan ahead = said < asked ? said - asked : said > answered ? said - answered : TimeSpan.Zero;
        return TimeSpan.FromSeconds(Math.Round(ahead.TotalSeconds));
    }
}
