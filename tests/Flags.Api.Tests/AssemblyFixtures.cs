[assembly: AssemblyFixture(typeof(Flags.Api.Tests.Api))]
