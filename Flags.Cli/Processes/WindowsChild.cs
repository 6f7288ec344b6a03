using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Flags.Cli;

/// <summary>The command where there are no process groups and no signals: Ctrl-C reaches it through the console, stopping is killing.</summary>
internal sealed class WindowsChild : Child
{
    private const int NoEntry = 2;

    private readonly Process process;

    private WindowsChild(Process process)
    {
        this.process = process;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ended.TrySetResult(new ChildExit(process.ExitCode, 0));
        if (process.HasExited)
            ended.TrySetResult(new ChildExit(process.ExitCode, 0));
    }

    public override bool LeavesSomething => false;

    public override bool IsGuarded => false;

    public static WindowsChild Begin(ChildCommand command, ChildEnvironment environment)
    {
        var start = new ProcessStartInfo(command.Name) { UseShellExecute = false };
        foreach (byte[] argument in command.Arguments.Skip(1))
            start.ArgumentList.Add(Encoding.UTF8.GetString(argument));
        environment.ApplyTo(start.Environment);
        try
        {
            return new WindowsChild(Process.Start(start)!);
        }
        catch (Win32Exception refused)
        {
            throw new CannotStartException(refused.NativeErrorCode == NoEntry ? NoEntry : refused.NativeErrorCode);
        }
    }

    public override void Forward(int signal)
    {
        if (signal == Signals.Term)
            Kill();
    }

    public override void Terminate() => Kill();

    public override void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    public override void Release() => process.Dispose();
}
