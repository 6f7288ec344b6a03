using System.Reflection;

namespace Flags.Client;

/// <summary>This process, for people.</summary>
internal static class ThisProcess
{
    /// <summary>Program and machine.</summary>
    public static string Name { get; } = $"{Assembly.GetEntryAssembly()?.GetName().Name ?? "a .NET program"} on {Environment.MachineName}";
}
