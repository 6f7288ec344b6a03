namespace Flags.Cli;

/// <summary>The last line of a terminal, which changes.</summary>
internal sealed class LiveLine : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Func<string> line;
    private readonly Action<string> draw;
    private readonly Action undraw;
    private readonly ITimer timer;
    private int disposed;

    public LiveLine(Func<string> line, Action<string> draw, Action undraw, TimeProvider time)
    {
        (this.line, this.draw, this.undraw) = (line, draw, undraw);
        timer = time.CreateTimer(_ => Redraw(), null, TimeSpan.Zero, Every);
    }

    public void Redraw()
    {
        if (Volatile.Read(ref disposed) == 0)
            draw(Text.Plain(line()));
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        timer.Dispose();
        undraw();
    }
}
