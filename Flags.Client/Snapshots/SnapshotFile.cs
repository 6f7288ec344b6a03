using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Flags.Core;
using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>
/// The last-known-good snapshot on the disk: four lines (format, SHA-256 of all that follows, whose it is, when) and the JSON. Only a file that
/// is right to the last bit is read, and one is never seen half written.
/// </summary>
internal sealed partial class SnapshotFile(string path, string source, FlagsOptions options, ILogger logger)
{
    private const string Format = "flags-snapshot 1";
    private const int HashLength = 64;

    private static readonly int Start = Format.Length + 1 + HashLength + 1;

    /// <summary>The snapshot and its age by the wall clock; null when there is none to use.</summary>
    public (SnapshotBody Body, TimeSpan Age)? Read()
    {
        try
        {
            if (!File.Exists(path))
                return null;
            if (new FileInfo(path).Length > options.MaxSnapshotBytes)
                return Unusable("it is larger than FlagsOptions.MaxSnapshotBytes");
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Unusable(unreadable.GetType().Name);
        }
    }

    /// <summary>Replaces the file in one step.</summary>
    public void Write(SnapshotBody body)
    {
        byte[] content = Bytes(body);
        if (content.Length > options.MaxSnapshotBytes)
        {
            LogUnwritable(path, "it would be larger than FlagsOptions.MaxSnapshotBytes");
            return;
        }

        // Beside it, since only there a rename is one step; two processes with one file do not meet.
        string beside = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp";
        try
        {
            WriteWhole(beside, content);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            LogUnwritable(path, unwritable.GetType().Name);
            TryDelete(beside);
        }
    }

    private byte[] Bytes(SnapshotBody body)
    {
        string time = options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{source}\n{time}\n"), .. JsonSerializer.SerializeToUtf8Bytes(body, FlagsJson.Relaxed.SnapshotBody)];
        return [.. Encoding.ASCII.GetBytes($"{Format}\n{Convert.ToHexString(SHA256.HashData(signed))}\n"), .. signed];
    }

    private (SnapshotBody, TimeSpan)? Parse(ReadOnlySpan<byte> content)
    {
        if (content.Length < Start)
            return Unusable("it is cut off");
        ReadOnlySpan<byte> signed = content[Start..];
        string head = $"{Format}\n{Convert.ToHexString(SHA256.HashData(signed))}\n";
        if (!content[..Start].SequenceEqual(Encoding.ASCII.GetBytes(head)))
            return Unusable("its checksum is wrong");
        int first = signed.IndexOf((byte)'\n'), second = first + 1 + signed[(first + 1)..].IndexOf((byte)'\n');
        if (first < 0 || Encoding.UTF8.GetString(signed[..first]) != source)
            return Unusable("it is of another server or key");
        if (!Utf8Parser.TryParse(signed[(first + 1)..second], out long time, out _))
            return Unusable("it has no time");
        SnapshotBody? body = JsonSerializer.Deserialize(signed[(second + 1)..], FlagsJson.Relaxed.SnapshotBody);
        if (body is null || Poison.In(body) is not null)
            return Unusable("it has no features");
        TimeSpan age = options.TimeProvider.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(time);
        // A clock that was set back must not make a hold younger than new.
        return (body, age > TimeSpan.Zero ? age : TimeSpan.Zero);
    }

    private static void WriteWhole(string file, byte[] content)
    {
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, how);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            // It stays behind; nobody reads it.
        }
    }

    private (SnapshotBody, TimeSpan)? Unusable(string problem)
    {
        LogUnusable(path, problem);
        return null;
    }

    [LoggerMessage(130, LogLevel.Warning, "The snapshot in {File} is not used: {Problem}.")]
    private partial void LogUnusable(string file, string problem);

    [LoggerMessage(131, LogLevel.Warning, "The snapshot cannot be kept in {File}: {Problem}.")]
    private partial void LogUnwritable(string file, string problem);
}
