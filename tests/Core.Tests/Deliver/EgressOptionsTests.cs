using Nems.Core.Deliver;

namespace Nems.Core.Tests.Deliver;

public sealed class EgressOptionsTests
{
    [Theory]
    [InlineData("127.0.0.1:18777", "http://127.0.0.1:18777/a", true)]
    [InlineData("127.0.0.1:18777", "http://127.0.0.1:18778/a", false)]
    [InlineData("127.0.0.1:*", "http://127.0.0.1:1/a", true)]
    [InlineData("localhost:*", "https://LOCALHOST/a", true)]
    [InlineData("localhost:*", "https://localhost.:8/a", true)]
    [InlineData("localhost:*", "https://notlocalhost/a", false)]
    [InlineData("localhost:80", "http://localhost/a", true)]
    [InlineData("[::1]:*", "http://[::1]:99/a", true)]
    public void An_address_is_exempt_when_host_and_port_fit(string entry, string address, bool exempt) =>
        Assert.Equal(exempt, new EgressOptions { AllowHosts = [entry] }.IsAllowed(new Uri(address)));

    [Theory]
    [InlineData("localhost")]
    [InlineData(":80")]
    [InlineData("localhost:http")]
    [InlineData("*")]
    [InlineData("")]
    public void A_mistyped_entry_exempts_nothing_and_refuses_the_start(string entry)
    {
        var options = new EgressOptions { AllowHosts = [entry] };

        Assert.False(options.IsAllowed(new Uri("http://localhost:80/")));
        Assert.True(new EgressOptionsValidator().Validate(null, options).Failed);
    }

    [Fact]
    public void Nothing_is_exempt_by_default() => Assert.False(new EgressOptions().IsAllowed(new Uri("http://127.0.0.1/")));
}
