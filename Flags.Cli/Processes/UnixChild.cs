using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Flags.Cli;

/// <summary>The command as the leader of a process group.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixChild : Child
{
    private const int Stopped = 0x7F;

    private readonly int id;
    private readonly int group;
    private readonly Guard guard;
    private readonly Terminal? terminal;
    private readonly TaskCompletionSource alone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool lent;

    private UnixChild(int id, Guard guard, Terminal? terminal, bool lent)
    {
        (this.id, group, this.guard, this.terminal, this.lent) = (id, guard.Group == 0 ? id : guard.Group, guard, terminal, lent);
        if (guard.Group == 0)
            alone.TrySetResult();
    }

    public override Task Alone => alone.Task;

    public override bool LeavesSomething => Native.Kill(-group, 0) == 0;

    public override bool IsGuarded => guard.IsOnDuty || Environment.ProcessId == 1;

    public static UnixChild Begin(ChildCommand command, ChildEnvironment environment, TimeSpan patience, string? folder)
    {
        Native.AdoptOrphans();
        Terminal? terminal = Terminal.Open();
        Guard guard = Guard.Start(patience, folder);
        // Before the command is there: what is typed as an answer to its first words, Ctrl-Z for example, is for it.
        bool lent = Terminal.IsUsed && guard.IsOnDuty && terminal?.Lend(guard.Group) == true;
        try
        {
            var child = new UnixChild(Spawn.Command(guard.Group, command.Arguments, environment.Block()), guard, terminal, lent);
            child.Attend();
            return child;
        }
        catch (CannotStartException)
        {
            terminal?.TakeBack(guard.Group);
            guard.Dismiss();
            throw;
        }
    }

    public override void Forward(int signal)
    {
        if (signal == Signals.Cont)
            Continue();
        else if (signal == Signals.Usr1 || signal == Signals.Usr2)
            // They mean something only to who asked for them, and kill everybody else.
            _ = Native.Kill(id, signal);
        else
            Send(signal);
    }

    public override void Terminate()
    {
        Send(Signals.Term);
        Send(Signals.Cont);
    }

    public override void Kill() => Send(Signals.Kill);

    public override void Release() => guard.Dismiss();

    /// <summary>To the group, and to the command if it has gone to another, as interactive shells do.</summary>
    private void Send(int signal)
    {
        _ = Native.Kill(-group, signal);
        if (!Exited.IsCompleted && Native.GroupOf(id) != group)
            _ = Native.Kill(id, signal);
    }

    private void Attend()
    {
        guard.Watch(id);
        if (Terminal.IsUsed && !guard.IsOnDuty && terminal?.Lend(group) == true)
        {
            lent = true;
            // It may have been stopped for reading the terminal a moment too early.
            Send(Signals.Cont);
        }

        // As process 1, or as their adopter, this process also takes what orphans leave.
        new Thread(Reap) { IsBackground = true, Name = "reaper" }.Start();
    }

    private void Reap()
    {
        while (true)
        {
            int ended = Native.WaitFor(-1, out int status, Native.Untraced);
            if (ended == id)
                Settle(status);
            else if (ended == group && (status & 0xFF) != Stopped)
                alone.TrySetResult();
            else if (ended < 0 && Marshal.GetLastPInvokeError() != Native.Interrupted)
                break;
        }

        alone.TrySetResult();
    }

    private void Settle(int status)
    {
        if ((status & 0xFF) == Stopped)
        {
            OnStopped(status >> 8 & 0xFF);
            return;
        }

        terminal?.TakeBack(group);
        int signal = status & 0x7F;
        ended.TrySetResult(new ChildExit(signal == 0 ? status >> 8 & 0xFF : 0, signal));
    }

    private void OnStopped(int signal)
    {
        if (signal is Signals.Ttin or Signals.Ttou && terminal?.Lend(group) == true)
        {
            lent = true;
            Send(Signals.Cont);
        }
        else if (signal == Signals.Tstp && !Terminal.HasShell)
        {
            // Nobody could let it go on: as without this process, Ctrl-Z does nothing.
            Send(Signals.Cont);
        }
        else if (signal is Signals.Ttin or Signals.Ttou || signal == Signals.Tstp)
        {
            // Somebody pressed Ctrl-Z, or it is in the background: the shell must see its whole job stop.
            terminal?.TakeBack(group);
            Signals.Stop(0);
        }
    }

    private void Continue()
    {
        if (!MayContinue())
            return;
        if (lent)
            terminal?.Lend(group);
        Send(Signals.Cont);
    }
}
