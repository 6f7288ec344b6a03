using Flags.Testing;

namespace Flags.Cli.Tests;

/// <summary>How a command's end is waited for.</summary>
public sealed class SupervisorTests
{
    [Fact]
    public async Task What_led_the_command_s_group_is_waited_for_and_not_taken_for_left_behind()
    {
        var time = new FakeTime();
        using var said = new MemoryStream();
        using var reporter = new Reporter(said, json: true, quiet: false, time);
        var supervisor = new Supervisor(new Led(time), reporter, time);
        (ChildExit exit, Cause cause) = await supervisor.WatchAsync(maxRun: null, TimeSpan.FromSeconds(10), NeverAsync);
        Assert.Equal((3, Cause.Itself, 0), (exit.Code, cause, said.Length));
    }

    private static async Task<TimeSpan> NeverAsync(CancellationToken over)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, over);
        return TimeSpan.Zero;
    }

    /// <summary>It has ended; what led its group is there until somebody waits for that. Each look takes long.</summary>
    private sealed class Led : Child
    {
        private readonly FakeTime time;
        private bool led = true;

        public Led(FakeTime time)
        {
            this.time = time;
            ended.SetResult(new ChildExit(3, 0));
        }

        public override Task Alone
        {
            get
            {
                led = false;
                return Task.CompletedTask;
            }
        }

        public override bool LeavesSomething
        {
            get
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return led;
            }
        }

        public override bool IsGuarded => true;

        public override void Forward(int signal)
        {
        }

        public override void Terminate()
        {
        }

        public override void Kill()
        {
        }

        public override void Release()
        {
        }
    }
}
