namespace Flags.Client;

/// <summary>
/// For <c>RestService.For&lt;IFlagsApi&gt;</c>: writes a call's <see cref="WriteOptions"/> as headers. <c>CheckAsync</c> and <c>GetSnapshotAsync</c>
/// answer from the status and the ETag, which Refit keeps to itself: call those two on <see cref="FlagsApi"/>.
/// </summary>
public sealed class RefitWriteHandler : DelegatingHandler
{
    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Options.TryGetValue(new HttpRequestOptionsKey<WriteOptions?>(WriteOptions.Property), out WriteOptions? options))
            options?.WriteTo(request.Headers);
        return base.SendAsync(request, cancellationToken);
    }
}
