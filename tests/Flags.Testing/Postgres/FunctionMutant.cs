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
    public static Task ApplyAsync(string connectionString, string function, string original, string mutant) => ApplyAsync(connectionString, function, [(original, mutant)]);

    /// <summary>Several places of one function at once.</summary>
    /// <inheritdoc cref="ApplyAsync(string, string, string, string)"/>
    public static async Task ApplyAsync(string connectionString, string function, IEnumerable<(string Original, string Mutant)> places)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var read = new NpgsqlCommand($"select pg_get_functiondef('flags.{function}'::regproc)", connection);
        string text = (string)(await read.ExecuteScalarAsync())!;
        foreach ((string original, string mutant) in places)
        {
            if (!text.Contains(original, StringComparison.Ordinal))
                throw new InvalidOperationException($"flags.{function} does not contain \"{original}\".");
            text = text.Replace(original, mutant, StringComparison.Ordinal);
        }

        await using var write = new NpgsqlCommand(text, connection);
        await write.ExecuteNonQueryAsync();
    }
}
