using System.Text;
using Nems.Core.Subscribe;
using Nems.Core.Tests.Fhir;

namespace Nems.Core.Tests.Subscribe;

public sealed class ReadAndDeleteSubscriptionTests
{
    [Fact]
    public async Task The_owner_reads_what_was_created()
    {
        var nems = new SubscribeFixture();
        var created = await nems.CreatedAsync(new ASubscription());

        var found = Assert.IsType<ReadSubscriptionResult.Found>(await nems.ReadAsync(created.Id.ToString()));

        Assert.Contains(created.Id.ToString(), Encoding.UTF8.GetString(found.Resource.Span), StringComparison.Ordinal);
        Assert.Equal(created.LastModified, found.LastModified);
        Assert.Equal(created.VersionId, found.VersionId);
    }

    [Fact]
    public async Task Another_organisation_learns_as_little_as_for_an_unknown_id()
    {
        var nems = new SubscribeFixture();
        var created = await nems.CreatedAsync(new ASubscription());

        var another = await nems.ReadAsync(created.Id.ToString(), nems.Stranger);
        var unknown = await nems.ReadAsync(Guid.Empty.ToString("N"), nems.Stranger);
        var malformed = await nems.ReadAsync("x", nems.Stranger);

        Assert.Equal(new ReadSubscriptionResult.NotFound(), another);
        Assert.Equal(unknown, another);
        Assert.Equal(malformed, another);
    }

    [Fact]
    public async Task Another_organisation_cannot_delete()
    {
        var nems = new SubscribeFixture();
        var created = await nems.CreatedAsync(new ASubscription());

        Assert.IsType<DeleteSubscriptionResult.NotFound>(await nems.DeleteAsync(created.Id.ToString(), nems.Stranger));

        Assert.Single(nems.Store.Stored);
    }

    [Fact]
    public async Task What_is_deleted_can_neither_be_read_nor_deleted_again()
    {
        var nems = new SubscribeFixture();
        var id = (await nems.CreatedAsync(new ASubscription())).Id.ToString();

        Assert.IsType<DeleteSubscriptionResult.Deleted>(await nems.DeleteAsync(id));

        Assert.IsType<ReadSubscriptionResult.NotFound>(await nems.ReadAsync(id));
        Assert.IsType<DeleteSubscriptionResult.NotFound>(await nems.DeleteAsync(id));
    }
}
