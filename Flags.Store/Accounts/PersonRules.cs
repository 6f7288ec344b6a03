using Flags.Core;

namespace Flags.Store;

/// <summary>What a person's name, e-mail address and passphrase must be.</summary>
internal static class PersonRules
{
    public static IEnumerable<FieldError> Check(string name, string email)
    {
        var errors = new List<FieldError>();
        FeatureRules.Text(errors, "name", name, SetupStore.LongestName);
        if (string.IsNullOrWhiteSpace(name))
            errors.Add(new("name", $"must have 1 to {SetupStore.LongestName} characters"));
        FeatureRules.Text(errors, "email", email, SetupStore.LongestEmail);
        int at = email.Trim().IndexOf('@');
        if (at < 1 || at == email.Trim().Length - 1 || email.Any(char.IsControl))
            errors.Add(new("email", "must be an e-mail address such as you@example.org"));
        return errors;
    }

    public static IEnumerable<FieldError> Passphrase(string passphrase, string field = "passphrase") =>
        passphrase.Length is < SetupStore.ShortestPassphrase or > SetupStore.LongestPassphrase
            ? [new FieldError(field, $"has {passphrase.Length} characters; {SetupStore.ShortestPassphrase} to {SetupStore.LongestPassphrase} are needed")]
            : [];
}
