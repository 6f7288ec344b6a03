using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Flags.Core;

namespace Flags.Cli;

/// <summary>What is said on stderr: lines, a live line on a terminal, or one JSON object a line. Stdout belongs to the command.</summary>
internal sealed class Reporter : IDisposable
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock gate = new();
    private readonly Stream stderr;
    private readonly bool json;
    private readonly bool quiet;
    private readonly TimeProvider time;
    private LiveLine? live;

    /// <param name="stderr">Where to.</param>
    /// <param name="json">Objects for programs, everything.</param>
    /// <param name="quiet">Only warnings and errors.</param>
    /// <param name="time">The clock.</param>
    public Reporter(Stream stderr, bool json, bool quiet, TimeProvider time)
    {
        (this.stderr, this.json, this.quiet, this.time) = (stderr, json, quiet, time);
        bool terminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";
        IsLive = terminal && !json && !quiet;
        IsColoured = terminal && !json && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
    }

    /// <summary>Whether <see cref="Live"/> shows anything.</summary>
    public bool IsLive { get; }

    private bool IsColoured { get; }

    public static Reporter ToStderr(bool json, bool quiet)
    {
        Stream stderr = Console.OpenStandardError();
        return new Reporter(stderr, json, quiet, TimeProvider.System);
    }

    /// <summary>For programs only.</summary>
    public void Note(string name, string text, params ReadOnlySpan<(string Name, object? Value)> facts)
    {
        if (json)
            WriteJson(name, "info", text, facts);
    }

    /// <summary>How it goes.</summary>
    public void Say(string name, string text, params ReadOnlySpan<(string Name, object? Value)> facts)
    {
        if (json)
            WriteJson(name, "info", text, facts);
        else if (!quiet)
            WriteLine(text, "");
    }

    /// <summary>Something is wrong, and it goes on.</summary>
    public void Warn(string name, string text, params ReadOnlySpan<(string Name, object? Value)> facts)
    {
        if (json)
            WriteJson(name, "warning", text, facts);
        else
            WriteLine(text, "33");
    }

    /// <summary>It ends here.</summary>
    /// <param name="name">For programs.</param>
    /// <param name="text">What, and why.</param>
    /// <param name="next">What to type next; null when there is nothing.</param>
    public void Fail(string name, string text, string? next)
    {
        if (json)
        {
            WriteJson(name, "error", text, [("next", next)]);
            return;
        }

        WriteLine(text, "31");
        if (next is not null)
            WriteLine($"  next: {next}", "");
    }

    /// <summary>Shows a line that is drawn anew every second until it is disposed; on a terminal only.</summary>
    public IDisposable? Live(Func<string> line)
    {
        if (!IsLive)
            return null;
        lock (gate)
            return live = new LiveLine(line, Draw, Undraw, time);
    }

    public void Dispose() => live?.Dispose();

    private void Draw(string line)
    {
        lock (gate)
        {
            // A timer may be late.
            if (live is null)
                return;
            int columns = Columns() - 1;
            Write($"\r\x1b[K{(line.Length > columns ? line[..columns] : line)}");
        }
    }

    private void Undraw()
    {
        lock (gate)
        {
            live = null;
            Write("\r\x1b[K");
        }
    }

    private void WriteLine(string text, string colour)
    {
        string line = $"flags: {Text.Plain(text)}";
        lock (gate)
        {
            if (live is not null)
                Write("\r\x1b[K");
            Write(IsColoured && colour.Length > 0 ? $"\x1b[{colour}m{line}\x1b[0m\n" : line + "\n");
            live?.Redraw();
        }
    }

    private void WriteJson(string name, string level, string text, ReadOnlySpan<(string Name, object? Value)> facts)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body, Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("time", UtcTimeConverter.Format(time.GetUtcNow()));
            writer.WriteString("event", name);
            writer.WriteString("level", level);
            writer.WriteString("message", text);
            foreach ((string fact, object? value) in facts)
                WriteFact(writer, fact, value);
            writer.WriteEndObject();
        }

        body.WriteByte((byte)'\n');
        lock (gate)
            Write(body.ToArray());
    }

    private static void WriteFact(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null: break;
            case int number: writer.WriteNumber(name, number); break;
            case long number: writer.WriteNumber(name, number); break;
            case double number: writer.WriteNumber(name, Math.Round(number, 3)); break;
            case bool truth: writer.WriteBoolean(name, truth); break;
            case DateTimeOffset at: writer.WriteString(name, UtcTimeConverter.Format(at)); break;
            default: writer.WriteString(name, value.ToString()); break;
        }
    }

    private void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    private void Write(byte[] bytes)
    {
        try
        {
            stderr.Write(bytes);
            stderr.Flush();
        }
        catch (IOException)
        {
            // Whoever listened is gone; the command is what counts.
        }
    }

    private static int Columns() => OperatingSystem.IsWindows() ? Console.WindowWidth : Native.Columns();
}
