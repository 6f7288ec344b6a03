using System.Globalization;
using System.IO.Pipes;
using System.Runtime.Versioning;
using System.Text;

namespace Flags.Cli;

/// <summary>
/// Ends the command's process group when this process is killed. PR_SET_PDEATHSIG would reach the command but not its children, and nobody can
/// set it between fork and exec from here; so a shell waits at a pipe whose other end only this process has: it closes however this process ends.
/// The group is made, and the guard told of it, before the command is started in it: there is no moment in which it would be missed.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Guard
{
    // $1 tenths of a second between TERM and KILL, $2 a folder to remove. As a session leader it gets no signals of a terminal; those of a service
    // manager it ignores, since it must outlive this process. The command itself may have gone to another group: interactive shells do.
    private const string Script = """
        trap '' HUP INT QUIT TERM USR1 USR2
        cd /
        read -r group || exit 0
        read -r command
        read -r end && exit 0
        all="-$group $command"
        kill -s TERM -- $all
        kill -s CONT -- $all
        tenths=$1
        while [ "$tenths" -gt 0 ] && kill -s 0 -- "-$group"; do
          sleep 0.1
          tenths=$((tenths - 1))
        done
        kill -s KILL -- $all
        [ -z "$2" ] || rm -rf -- "$2"
        """;

    // Leads the group until the command is in it.
    private const string Anchor = "read -r end";

    private readonly AnonymousPipeServerStream pipe, anchor;

    private Guard(AnonymousPipeServerStream pipe, AnonymousPipeServerStream anchor, int? group) => (this.pipe, this.anchor, Group) = (pipe, anchor, group ?? 0);

    /// <summary>False where there is no shell.</summary>
    public bool IsOnDuty => Group != 0;

    /// <summary>The group for the command; 0 where there is no shell.</summary>
    public int Group { get; }

    /// <param name="patience">From TERM to KILL.</param>
    /// <param name="folder">Removed with the command; null for none.</param>
    public static Guard Start(TimeSpan patience, string? folder)
    {
        string tenths = Math.Ceiling(patience.TotalSeconds * 10).ToString(CultureInfo.InvariantCulture);
        (AnonymousPipeServerStream pipe, _) = Start(Script, session: true, "flags-guard", tenths, folder ?? "");
        (AnonymousPipeServerStream anchor, int? group) = Start(Anchor, session: false, "flags-group");
        var guard = new Guard(pipe, anchor, group);
        guard.Write(guard.Group);
        return guard;
    }

    /// <summary>The command is in the group.</summary>
    public void Watch(int command)
    {
        Write(command);
        anchor.Dispose();
        // Nor does a signal that has stopped the group keep it there. It is not yet buried: that is its own number.
        if (IsOnDuty)
            _ = Native.Kill(Group, Signals.Kill);
    }

    /// <summary>Nothing of the command is to be killed.</summary>
    public void Dismiss()
    {
        // Three lines are there in any case.
        Write(0);
        Write(0);
        anchor.Dispose();
        pipe.Dispose();
    }

    private static (AnonymousPipeServerStream Pipe, int? Id) Start(string script, bool session, params IEnumerable<string> arguments)
    {
        var pipe = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        int? id = Spawn.Script(script, (int)pipe.ClientSafePipeHandle.DangerousGetHandle(), session, arguments);
        pipe.DisposeLocalCopyOfClientHandle();
        return (pipe, id);
    }

    private void Write(int number)
    {
        try
        {
            if (IsOnDuty)
                pipe.Write(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture) + "\n"));
        }
        catch (IOException)
        {
            // Somebody killed it: the command goes on without it.
        }
    }
}
