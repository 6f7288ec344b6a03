using System.Runtime.InteropServices;

namespace Flags.Cli;

/// <summary>
/// Signals to this process, by phase: before the command runs the first one to end cancels what is waited for, and a second one ends at once;
/// while it runs the command gets them; afterwards nothing keeps this process from giving back. Ctrl-Z stops the command first, and this process
/// when it has: a command that went on alone would soon have no lease.
/// </summary>
internal sealed class Interruption : IDisposable
{
    // Never disposed: a signal may come at the very end.
    private readonly CancellationTokenSource cancelled = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly Lock gate = new();
    private Phase phase;
    private readonly List<int> pending = [];
    private Action<int>? forward;

    public Interruption()
    {
        int[] all = OperatingSystem.IsWindows()
            ? [Signals.Hup, Signals.Int, Signals.Quit, Signals.Term]
            : [Signals.Hup, Signals.Int, Signals.Quit, Signals.Term, Signals.Cont, Signals.Tstp, Signals.Winch, Signals.Usr1, Signals.Usr2];
        registrations.AddRange(all.Where(signal => !Signals.WasIgnored(signal)).Select(Register));
    }

    private enum Phase
    {
        Waiting,
        Cancelled,
        Starting,
        Running,
        GivingBack,
    }

    /// <summary>Fires when this process is to end before the command was started.</summary>
    public CancellationToken Token => cancelled.Token;

    /// <summary>The signal that <see cref="Token"/> fired for, or 0.</summary>
    public int Signal { get; private set; }

    /// <summary>The command is about to be started: from now on signals are meant for it.</summary>
    /// <exception cref="OperationCanceledException">One came before.</exception>
    public void Start()
    {
        lock (gate)
        {
            Token.ThrowIfCancellationRequested();
            if (phase == Phase.Cancelled)
                throw new OperationCanceledException();
            phase = Phase.Starting;
        }
    }

    /// <summary>The command gets them, first those that came while it was being started.</summary>
    public void Forward(Action<int> to)
    {
        lock (gate)
        {
            (phase, forward) = (Phase.Running, to);
            pending.ForEach(to);
        }
    }

    /// <summary>The command has ended.</summary>
    public void GiveBack()
    {
        lock (gate)
            phase = Phase.GivingBack;
    }

    public void Dispose() => registrations.ForEach(registration => registration.Dispose());

    private PosixSignalRegistration Register(int signal) => PosixSignalRegistration.Create(Known(signal), context =>
    {
        context.Cancel = true;
        Handle(signal);
    });

    private void Handle(int signal)
    {
        bool ends = signal is Signals.Hup or Signals.Int or Signals.Quit or Signals.Term;
        lock (gate)
        {
            switch (phase)
            {
                case Phase.Waiting when ends:
                    (phase, Signal) = (Phase.Cancelled, signal);
                    break;
                case Phase.Cancelled when ends:
                    Environment.Exit(Signals.DieBy(signal));
                    return;
                case Phase.Starting:
                    pending.Add(signal);
                    return;
                case Phase.Running:
                    forward!(signal);
                    return;
                case var _ when signal == Signals.Tstp && !OperatingSystem.IsWindows():
                    Signals.Stop(Environment.ProcessId);
                    return;
                default:
                    return;
            }
        }

        cancelled.Cancel();
    }

    private static PosixSignal Known(int signal) => signal switch
    {
        Signals.Hup => PosixSignal.SIGHUP,
        Signals.Int => PosixSignal.SIGINT,
        Signals.Quit => PosixSignal.SIGQUIT,
        Signals.Term => PosixSignal.SIGTERM,
        // By this machine's number, which the framework takes as well.
        _ => (PosixSignal)signal,
    };
}
