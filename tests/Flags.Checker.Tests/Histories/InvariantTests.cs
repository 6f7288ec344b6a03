namespace Flags.Checker.Tests;

/// <summary>The checker itself: each invariant passes a history as it should be and notices a broken one.</summary>
public sealed class InvariantTests
{
    public static TheoryData<int> Numbers => [.. Invariant.All.Select(one => one.Number)];

    public static TheoryData<int, int> Breaches => new(BrokenStories.All.SelectMany(one => Enumerable.Range(0, one.Value.Length).Select(i => (one.Key, i))));

    [Fact]
    public void There_are_nineteen_invariants_each_with_stories()
    {
        Assert.Equal(Enumerable.Range(1, 19), Invariant.All.Select(one => one.Number));
        Assert.Equal(Enumerable.Range(1, 19), CleanStories.All.Keys.Order());
        Assert.Equal(Enumerable.Range(1, 19), BrokenStories.All.Keys.Order());
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_history_as_it_should_be_breaks_nothing(int invariant)
    {
        Story story = CleanStories.All[invariant]();
        bool booked = story.Events.Any(e => e.Operation is Operation.AuditRow or Operation.HoldRow);
        Assert.Empty(Invariant.Check(story.Events, Tolerance.Strict, complete: booked));
    }

    [Theory]
    [MemberData(nameof(Breaches))]
    public void A_broken_history_is_noticed_by_the_number_of_its_invariant(int invariant, int story) =>
        Assert.Contains(invariant, BrokenStories.All[invariant][story]().Broken());

    [Fact]
    public void What_is_under_way_can_have_happened()
    {
        // A release without an answer may have ended the hold; a renewal without one may have kept the lease.
        Assert.DoesNotContain(2, new Story().Place("h", 10, 11, 1).Release("h", 12, null).Job("a", 15, 16, 2).Broken());
        Assert.DoesNotContain(6, new Story().Enter("a", 10, 11, 1, ttl: 2).Renew("a", 1_900, null, ttl: 2).Place("h", 2_000, 2_001, 2).Drain("h", 4_000, 4_001, "draining").Broken());
        Assert.DoesNotContain(7, new Story().Enter("a", 10, 11, 1, ttl: 2).Renew("a", 1_900, null, ttl: 2).Renew("a", 2_500, 2_501, ttl: 2).Broken());
    }

    [Fact]
    public void A_leave_acknowledged_just_before_a_crash_may_be_forgotten() =>
        Assert.DoesNotContain(6, new Story().Enter("a", 10, 11, 1, ttl: 2).Leave("a", 20, 21).Fault(100, 300, Operation.Crash).Place("h", 400, 401, 2).Drain("h", 2_200, 2_201, "draining").Broken());

    [Fact]
    public async Task A_history_is_the_same_after_it_was_written_and_read()
    {
        string path = Path.Combine(Path.GetTempPath(), $"flags-history-{Guid.NewGuid():N}", "history.jsonl");
        IReadOnlyList<Event> told = [.. BrokenStories.All.Values.SelectMany(stories => stories).SelectMany(story => story().Events)];
        await Recorder.WriteAsync(path, told);
        Event[] read = await Recorder.ReadAsync(path);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        Assert.Equal(told.Select(e => e.ToString()).Order(), read.Select(e => e.ToString()).Order());
    }
}
