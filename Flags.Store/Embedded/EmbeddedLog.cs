using Microsoft.Extensions.Logging;

namespace Flags.Store;

internal static partial class EmbeddedLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Making a database with PostgreSQL {Major} in {Folder}")]
    public static partial void Creating(this ILogger logger, int major, string folder);

    [LoggerMessage(Level = LogLevel.Information, Message = "Embedded PostgreSQL {Major} runs in {Folder}, process {Pid}")]
    public static partial void Started(this ILogger logger, int major, string folder, int pid);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Adopted the embedded PostgreSQL in {Folder}, process {Pid}: the server before was killed")]
    public static partial void Adopted(this ILogger logger, string folder, int pid);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The embedded PostgreSQL in {Folder}, process {Pid}, does not answer: it is restarted")]
    public static partial void Unreachable(this ILogger logger, string folder, int pid);

    [LoggerMessage(Level = LogLevel.Information, Message = "Embedded PostgreSQL in {Folder} stopped")]
    public static partial void Stopped(this ILogger logger, string folder);
}
