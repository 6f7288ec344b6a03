using Flags.Core;

namespace Flags.Client;

public partial interface IFlagsApi
{
    /// <summary>All keys, newest first, without their secrets. Needs <c>admin</c>.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/keys")]
    Task<KeyList> ListKeysAsync(CancellationToken cancellationToken = default);

    /// <summary>Mints a key; its secret is in this answer and nowhere else. Needs <c>admin</c>; 403 for one wider than the minting key.</summary>
    /// <param name="key">Name, permissions, pattern, life.</param>
    /// <param name="options">Reason; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/keys")]
    Task<MintedKey> MintKeyAsync([Body] MintKey key, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Renames a key. Needs <c>admin</c>; 409 for a revoked one.</summary>
    /// <param name="id">The eight characters after <c>flg_</c>.</param>
    /// <param name="patch">The new name.</param>
    /// <param name="options">Reason; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Patch("/api/v1/keys/{id}")]
    Task<KeyInfo> PatchKeyAsync(string id, [Body] KeyPatch patch, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>A new secret for a key; the old one works on for a while. Needs <c>admin</c>; 409 for a revoked key.</summary>
    /// <param name="id">The eight characters after <c>flg_</c>.</param>
    /// <param name="rotate">How long the old secret works on.</param>
    /// <param name="options">Reason; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/keys/{id}/rotate")]
    Task<MintedKey> RotateKeyAsync(string id, [Body] RotateKey rotate, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Revokes a key for good; every server refuses it within 1.5 s. Needs <c>admin</c>.</summary>
    /// <param name="id">The eight characters after <c>flg_</c>.</param>
    /// <param name="options">Reason; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Delete("/api/v1/keys/{id}")]
    Task RevokeKeyAsync(string id, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);
}
