using Npgsql;

namespace Flags.Testing;

/// <summary>Takes a mechanism out of a function of a test's own database, so that a test can show that it would notice.</summary>
public static class FunctionMutant
{
    /// <param name="connectionString">The database.</param>
    /// <param name="function">Its name in the schema flags; there is one of that name.</param>
    /// <param name="original">What is taken out; every occurrence.</param>
    /// <param name="mutant">What comes instead.</param>
    /// <exception cref="InvalidOperationException">The function does not contain the original: the mutant would be none.</exception>
    public static async Task ApplyAsync(string connectionString, string function, string original, string mutant)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var read = new NpgsqlCommand($"select pg_get_functiondef('flags.{function}'::regproc)", connection);
        string text = (string)(await read.ExecuteScalarAsync())!;
        if (!text.Contains(original, StringComparison.Ordinal))
            throw new InvalidOperationException($"flags.{function} does not contain \"{original}\".");
        await using var write = new NpgsqlCommand(text.Replace(original, mutant, StringComparison.Ordinal), connection);
        await write.ExecuteNonQueryAsync();
    }
}
