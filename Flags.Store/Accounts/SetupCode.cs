namespace Flags.Store;

/// <summary>A one-time code that lets the first admin be created; only its hash is stored.</summary>
internal sealed class SetupCode
{
    public byte[] Hash { get; set; } = [];
    public DateTime ExpiresAt { get; set; }
}

/// <summary>A key that protects cookies and forms, shared by all replicas.</summary>
internal sealed class DataProtectionKey
{
    public int Id { get; set; }
    public string Name { get; set; } = "";
    public string Xml { get; set; } = "";
}
