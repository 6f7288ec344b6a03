namespace Flags.Admin;

/// <summary>Somebody who looks, until it is disposed.</summary>
internal sealed class Viewer(Action leave) : IDisposable
{
    public void Dispose() => leave();
}
