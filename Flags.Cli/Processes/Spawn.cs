using System.Runtime.Versioning;
using System.Text;

namespace Flags.Cli;

/// <summary>
/// Starts programs by posix_spawn: managed code cannot run between fork and exec, and the framework's own start knows no process groups.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static unsafe class Spawn
{
    private const short InGroup = 2, DefaultSignals = 4;

    // Not in POSIX yet, so each system has a number of its own.
    private static readonly short OwnSession = OperatingSystem.IsLinux() ? (short)0x80 : (short)0x400;

    /// <summary>The command, with this process's input and outputs.</summary>
    /// <param name="group">The process group it is to be in; 0 for one of its own.</param>
    /// <param name="arguments">The program and its arguments.</param>
    /// <param name="environment">Names and values.</param>
    /// <exception cref="CannotStartException">It was not found or cannot be run.</exception>
    public static int Command(int group, IReadOnlyList<byte[]> arguments, IReadOnlyList<byte[]> environment)
    {
        byte* attributes = stackalloc byte[Native.OpaqueSize];
        Prepare(attributes, InGroup, group);
        int error = Start(arguments[0], arguments, environment, null, attributes, out int id);
        // As execvp and so env(1) do: a script without a first line that says by what is the shell's.
        if (error == Native.NotExecutable)
            error = Start("/bin/sh"u8.ToArray(), ["sh"u8.ToArray(), InPath(arguments[0]), .. arguments.Skip(1)], environment, null, attributes, out id);
        return error == 0 ? id : throw new CannotStartException(error);
    }

    /// <summary>A shell script fed by <paramref name="input"/>, in a session of its own, so that no terminal and no group reaches it, or only in a group of its own.</summary>
    /// <returns>Null when there is no shell.</returns>
    public static int? Script(string script, int input, bool session, params IEnumerable<string> arguments)
    {
        const int ReadWrite = 2;
        byte* attributes = stackalloc byte[Native.OpaqueSize], actions = stackalloc byte[Native.OpaqueSize];
        Prepare(attributes, session ? OwnSession : InGroup, 0);
        Check(Native.InitActions(actions));
        Check(Native.AddDuplicate(actions, input, 0));
        Check(Native.AddOpen(actions, 1, "/dev/null", ReadWrite, 0));
        Check(Native.AddOpen(actions, 2, "/dev/null", ReadWrite, 0));
        IEnumerable<string> all = ["sh", "-c", script, .. arguments];
        int error = Start("/bin/sh"u8.ToArray(), [.. all.Select(Encoding.UTF8.GetBytes)], [Encoding.UTF8.GetBytes($"PATH={Environment.GetEnvironmentVariable("PATH")}")], actions, attributes, out int id);
        return error == 0 ? id : null;
    }

    private static void Prepare(byte* attributes, short flag, int group)
    {
        byte* defaults = stackalloc byte[Native.OpaqueSize];
        Check(Native.InitAttributes(attributes));
        Check(Native.EmptySet(defaults));
        // The two that are ignored here without anybody having asked for it.
        Check(Native.AddToSet(defaults, Signals.Pipe));
        if (!Signals.WasIgnored(Signals.Ttou))
            Check(Native.AddToSet(defaults, Signals.Ttou));
        Check(Native.SetDefaultSignals(attributes, defaults));
        Check(Native.SetGroup(attributes, group));
        Check(Native.SetFlags(attributes, (short)(flag | DefaultSignals)));
    }

    private static int Start(byte[] file, IReadOnlyList<byte[]> arguments, IReadOnlyList<byte[]> environment, byte* actions, byte* attributes, out int id)
    {
        byte[] text = [.. Pack(arguments), .. Pack(environment)], path = [.. file, 0];
        var pointers = new nint[arguments.Count + environment.Count + 2];
        fixed (byte* start = text, program = path)
        fixed (nint* first = pointers)
        {
            int next = Point(pointers, 0, start, arguments, out byte* behind);
            Point(pointers, next, behind, environment, out _);
            return Native.Spawn(out id, program, actions, attributes, (byte**)first, (byte**)(first + next));
        }
    }

    private static IEnumerable<byte> Pack(IEnumerable<byte[]> texts) => texts.SelectMany(text => text.Append((byte)0));

    /// <returns>The place behind the null that ends the list.</returns>
    private static int Point(nint[] pointers, int at, byte* text, IReadOnlyList<byte[]> texts, out byte* behind)
    {
        foreach (byte[] one in texts)
        {
            pointers[at++] = (nint)text;
            text += one.Length + 1;
        }

        behind = text;
        return at + 1;
    }

    private static byte[] InPath(byte[] program)
    {
        if (program.Contains((byte)'/'))
            return program;
        string name = Encoding.UTF8.GetString(program);
        string? found = Environment.GetEnvironmentVariable("PATH")?.Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return found is null ? program : Encoding.UTF8.GetBytes(found);
    }

    private static void Check(int error)
    {
        if (error != 0)
            throw new InvalidOperationException($"posix_spawn cannot be prepared (error {error}).");
    }
}
