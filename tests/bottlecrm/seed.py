"""An organisation with what an administrator sets up for Zgoda, by the CRM's own models. Prints its secrets as JSON.

The booth's token belongs to a plain member, not to an administrator, and its scopes are leads and the names of custom fields: what a lost tablet
could reach is what it sent. The lead webhook is assigned to that member, so that it may change and delete what came in.
"""

import json

import django

django.setup()

from common.models import CustomFieldDefinition, Org, PersonalAccessToken, Profile, User  # noqa: E402
from common.tasks import set_rls_context  # noqa: E402
from leads.models import LeadIntake  # noqa: E402

RECEIPTS = ["zgoda_receipt", "zgoda_receipt_2", "zgoda_receipt_3", "zgoda_receipt_4"]
FIELDS = [("zgoda_lead", "text"), ("zgoda_permission", "textarea"), ("zgoda_proof", "textarea")] + [(key, "text") for key in RECEIPTS]


def member(org, email, role):
    user = User.objects.create(email=email, is_active=True)
    return Profile.objects.create(user=user, org=org, role=role, is_active=True)


def main():
    org = Org.objects.create(name="Lipa Maszyny", default_country="PL")
    set_rls_context(org.id)
    admin = member(org, "biuro@lipa.example", "ADMIN")
    booth = member(org, "stoisko@lipa.example", "USER")
    for key, kind in FIELDS:
        CustomFieldDefinition.objects.create(
            org=org, target_model="Lead", key=key, label=key.replace("_", " "), field_type=kind
        )
    intake = LeadIntake.objects.create(org=org, name="Zgoda", key="intake-key-of-the-tests", assignee=booth)
    token, _ = PersonalAccessToken.generate(booth, "zgoda", scopes=["leads:read", "leads:write", "custom-fields:read"])
    admin_token, _ = PersonalAccessToken.generate(admin, "tests")
    print(
        json.dumps(
            {
                "intake": str(intake.id),
                "intake_key": intake.key,
                "token": token,
                "admin_token": admin_token,
            }
        )
    )


main()
