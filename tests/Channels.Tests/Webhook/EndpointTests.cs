using Nems.Channels.Tests.Kit;
using Nems.Channels.Webhook;
using Nems.Core.Deliver;

namespace Nems.Channels.Tests.Webhook;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("https://hooks.example.nhs.uk/in")]
    [InlineData("https://hooks.example.nhs.uk:8443/in?tenant=1")]
    [InlineData("https://hooks.example.nhs.uk./in")]
    [InlineData("HTTPS://Hooks.Example.NHS.uk/in")]
    [InlineData("https://münchen.example/in")]
    [InlineData("https://8.8.8.8/in")]
    [InlineData("https://8.8.8.8:8443/in")]
    [InlineData("https://[2606:4700:4700::1111]/in")]
    public void A_public_https_endpoint_may_be_a_target(string endpoint) => Assert.Null(Judge(endpoint));

    [Theory]
    [InlineData("http://hooks.example.nhs.uk/in")]
    [InlineData("http://8.8.8.8/in")]
    [InlineData("ftp://hooks.example.nhs.uk/in")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://hooks.example.nhs.uk/")]
    [InlineData("hooks.example.nhs.uk/in")]
    [InlineData("")]
    public void Only_https_may_be_a_target(string endpoint) => Assert.Equal("endpoint-refused", Judge(endpoint));

    [Theory]
    [InlineData("https://hooks.example.nhs.uk:22/")]
    [InlineData("https://hooks.example.nhs.uk:80/")]
    [InlineData("https://hooks.example.nhs.uk:6379/")]
    [InlineData("https://hooks.example.nhs.uk:0/")]
    public void Only_the_usual_ports_may_be_dialled(string endpoint) => Assert.Equal("endpoint-refused", Judge(endpoint));

    [Fact]
    public void A_deployment_can_name_its_own_ports()
    {
        var options = new ChannelOptions { Ports = { 9443 } };

        Assert.Null(Judge("https://hooks.example.nhs.uk:9443/", options));
        Assert.Equal("endpoint-refused", Judge("https://hooks.example.nhs.uk/", options));
    }

    [Theory]
    [InlineData("https://user@hooks.example.nhs.uk/")]
    [InlineData("https://user:word@hooks.example.nhs.uk/")]
    [InlineData("https://hooks.example.nhs.uk@10.0.0.1/")]
    [InlineData("https://hooks.example.nhs.uk/#part")]
    [InlineData("https://hooks.example.nhs.uk/#")]
    [InlineData("https://hooks.example.nhs.uk\\@10.0.0.1/")]
    [InlineData("https://hooks.example.nhs.uk/\r\nHost: inner")]
    [InlineData("https://hooks.example.nhs.uk/\0")]
    [InlineData("https://hooks.example.nhs.uk/a b")]
    [InlineData(" https://hooks.example.nhs.uk/")]
    [InlineData("https://hooks.example.nhs.uk/\u007f")]
    [InlineData("https://exa\u200bmple.nhs.uk/")]
    [InlineData("https://%68ooks.example.nhs.uk/")]
    public void User_info_fragments_and_control_characters_are_refused(string endpoint) => Assert.Equal("endpoint-refused", Judge(endpoint));

    [Theory]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://127.1/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0x7f.0x1/")]
    [InlineData("https://127.0.0.1./")]
    [InlineData("https://127.0.0.01/")]
    [InlineData("https://127。0。0。1/")]
    [InlineData("https://１２７.0.0.1/")]
    [InlineData("https://%31%32%37.0.0.1/")]
    [InlineData("https://8.8.2056/")]
    [InlineData("https://256.256.256.256/")]
    [InlineData("https://1.2.3.4.5/")]
    [InlineData("https://host.0x1/")]
    [InlineData("https://host.1/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://[2606:4700:4700::1111%251]/")]
    public void Odd_spellings_of_addresses_and_zones_are_refused(string endpoint) => Assert.Equal("endpoint-refused", Judge(endpoint));

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://10.1.2.3:8443/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://168.63.129.16/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[0:0:0:0:0:0:0:1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:7f00:1]/")]
    [InlineData("https://[64:ff9b::a9fe:a9fe]/")]
    [InlineData("https://[fd00:ec2::254]/")]
    public void Inner_addresses_are_refused_as_they_stand(string endpoint) => Assert.Equal("address-refused", Judge(endpoint));

    [Theory]
    [InlineData("https://localhost/")]
    [InlineData("https://LOCALHOST./")]
    [InlineData("https://intranet/")]
    [InlineData("https://metadata/")]
    [InlineData("https://metadata.google.internal/")]
    [InlineData("https://metadata.google.internal./")]
    [InlineData("https://Metadata.Goog/")]
    [InlineData("https://instance-data.ec2.internal/")]
    [InlineData("https://metadata.azure.internal/")]
    [InlineData("https://metadata.tencentyun.com/")]
    [InlineData("https://db.local/")]
    [InlineData("https://a.localhost/")]
    [InlineData("https://router.home.arpa/")]
    public void Inner_names_and_metadata_names_are_refused_unasked(string endpoint) => Assert.Equal("address-refused", Judge(endpoint));

    [Theory]
    [InlineData("https://nems.example.nhs.uk/in")]
    [InlineData("https://NEMS.example.nhs.uk./in")]
    [InlineData("https://9.9.9.9/in")]
    [InlineData("https://[::ffff:9.9.9.9]/in")]
    public void The_service_itself_is_no_target(string endpoint) =>
        Assert.Equal("address-refused", Judge(endpoint, new ChannelOptions { OwnHosts = { "nems.example.nhs.uk", "9.9.9.9" } }));

    [Theory]
    [InlineData("http://127.0.0.1:5081/in", "127.0.0.1:*", null)]
    [InlineData("http://localhost:5081/in", "LOCALHOST:5081", null)]
    [InlineData("http://[::1]:5081/in", "[::1]:5081", null)]
    [InlineData("https://inner.local:9/in", "inner.local:9", null)]
    [InlineData("http://localhost:5082/in", "localhost:5081", "endpoint-refused")]
    [InlineData("http://localhost.evil.example:5081/in", "localhost:*", "endpoint-refused")]
    [InlineData("https://127.0.0.2/in", "127.0.0.1:*", "address-refused")]
    [InlineData("http://0x7f.1:5081/in", "127.0.0.1:*", "endpoint-refused")]
    [InlineData("https://127.0.0.1/in", "127.0.0.1", "address-refused")]
    public void Only_what_is_allow_listed_by_host_and_port_is_exempt(string endpoint, string allowed, string? reason) =>
        Assert.Equal(reason, Judge(endpoint, allowed: allowed));

    private static string? Judge(string endpoint, ChannelOptions? options = null, string? allowed = null)
    {
        using var test = new ChannelUnderTest();
        var egress = new EgressOptions { AllowHosts = allowed is null ? [] : [allowed] };
        return new WebhookTargetGuard(options ?? new ChannelOptions(), egress, test.Clock, test.Resolve, test.Dial).Judge(endpoint, out _);
    }
}
