namespace Flags.Cli;

/// <summary>How the command ended.</summary>
/// <param name="Code">Its exit code; 0 when a signal ended it.</param>
/// <param name="Signal">The signal that ended it; 0 when it ended by itself.</param>
internal readonly record struct ChildExit(int Code, int Signal)
{
    /// <summary>What this process ends with, the same way.</summary>
    public int Ending => Signal == 0 ? Code : ExitCode.OfSignal(Signal);

    public override string ToString() => Signal == 0 ? $"exit code {Code}" : Signals.Name(Signal);
}

/// <summary>The command, running with this process's input and outputs.</summary>
internal abstract class Child
{
    private protected readonly TaskCompletionSource<ChildExit> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ChildExit> Exited => ended.Task;

    /// <summary>Done when nothing of this process's own is in the command's group any more.</summary>
    public virtual Task Alone => Task.CompletedTask;

    /// <summary>Asked when it is about to go on after a stop; false leaves it stopped, since it is about to be killed.</summary>
    public Func<bool> MayContinue { get; set; } = () => true;

    /// <summary>Whether anything that it started, and that stayed with it, still runs.</summary>
    public abstract bool LeavesSomething { get; }

    /// <summary>Whether it is ended when this process is killed.</summary>
    public abstract bool IsGuarded { get; }

    /// <exception cref="CannotStartException">It was not found or cannot be run.</exception>
    public static Child Start(ChildCommand command, ChildEnvironment environment, TimeSpan patience, string? folder) =>
        OperatingSystem.IsWindows() ? WindowsChild.Begin(command, environment) : UnixChild.Begin(command, environment, patience, folder);

    /// <summary>Passes a signal on.</summary>
    public abstract void Forward(int signal);

    /// <summary>Asks it and all that it started to end.</summary>
    public abstract void Terminate();

    /// <summary>Ends it and all that it started.</summary>
    public abstract void Kill();

    /// <summary>This process need not watch any longer.</summary>
    public abstract void Release();
}
