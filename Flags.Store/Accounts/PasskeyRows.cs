using Microsoft.AspNetCore.Identity;

namespace Flags.Store;

/// <summary>Passkeys as Identity stores them, for changes that belong into a transaction with their audit row.</summary>
internal static class PasskeyRows
{
    public static IdentityUserPasskey<Guid> Of(Guid person, UserPasskeyInfo passkey) => new()
    {
        UserId = person,
        CredentialId = passkey.CredentialId,
        Data = new IdentityPasskeyData
        {
            PublicKey = passkey.PublicKey,
            Name = passkey.Name,
            CreatedAt = passkey.CreatedAt,
            SignCount = passkey.SignCount,
            Transports = passkey.Transports,
            IsUserVerified = passkey.IsUserVerified,
            IsBackupEligible = passkey.IsBackupEligible,
            IsBackedUp = passkey.IsBackedUp,
            AttestationObject = passkey.AttestationObject,
            ClientDataJson = passkey.ClientDataJson,
        },
    };
}
