using System.Text;
using Microsoft.AspNetCore.Http;
using Nems.Api;
using Nems.Hosting;

namespace Nems.Host.Tests.Auth;

public sealed class OperatorsTests
{
    private const string Registry = """
        { "nemsAsid": "111111111111", "operators": [
            { "name": "ops", "keySha256": "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "roles": ["operator"] },
            { "name": "all", "keySha256": "4813494d137e1631bba301d5acab6e7bb7aa74ce1185d456565ef51d737677b2", "roles": ["*"] } ] }
        """;

    private readonly Operators operators =
        new(new FakeRegistry { Current = RegistryReader.Read(Encoding.UTF8.GetBytes(Registry), 1).Snapshot! });

    [Theory]
    [InlineData("Bearer secret", "operator", "ops")]
    [InlineData("bearer secret", "operator", "ops")]
    [InlineData("Bearer secret", "subscriber", null)]
    [InlineData("Bearer root", "subscriber", "all")]
    [InlineData("Bearer Secret", "operator", null)]
    [InlineData("Bearer ", "operator", null)]
    [InlineData("secret", "operator", null)]
    [InlineData("", "operator", null)]
    [InlineData("Bearer 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "operator", null)]
    public void An_operator_is_known_by_key_and_role(string header, string role, string? name)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = header;

        Assert.Equal(name, operators.Identify(context, role)?.Name);
    }

    [Fact]
    public void A_key_that_is_too_long_is_not_even_hashed()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = "Bearer " + new string('a', 100_000);

        Assert.Null(operators.Identify(context, "operator"));
    }
}
