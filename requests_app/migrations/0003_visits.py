import django.contrib.postgres.fields
import django.db.models.deletion
import requests_app.models.zones
import requests_app.rules.visits
import requests_app.vault.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0002_database_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='tutup mulai')),
                ('ends_at', models.DateTimeField(verbose_name='buka lagi')),
                ('reason', models.CharField(max_length=120, verbose_name='alasan, dibaca warga')),
                ('declared_at', models.DateTimeField(verbose_name='diumumkan')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='dicabut')),
                ('declared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closures', to='requests_app.zone', verbose_name='zona')),
            ],
            options={
                'verbose_name': 'hari tutup',
                'verbose_name_plural': 'hari tutup',
                'ordering': ['starts_at'],
                'indexes': [models.Index(condition=models.Q(('revoked_at__isnull', True)), fields=['zone', 'ends_at'], name='closures_of_zone')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='closure_ends_after_it_starts', violation_error_message='Waktu buka lagi harus sesudah waktu tutup.')],
            },
        ),
        migrations.CreateModel(
            name='ProtocolItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=120, verbose_name='aturan')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='urutan')),
                ('in_force', models.BooleanField(default=True, verbose_name='berlaku')),
            ],
            options={
                'verbose_name': 'protokol kesehatan',
                'verbose_name_plural': 'protokol kesehatan',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='hari (WIB)')),
                ('label', models.CharField(max_length=2, verbose_name='huruf')),
                ('starts_at', models.DateTimeField(verbose_name='mulai')),
                ('ends_at', models.DateTimeField(verbose_name='selesai')),
                ('capacity', models.PositiveSmallIntegerField(verbose_name='kapasitas')),
                ('booked', models.PositiveSmallIntegerField(default=0, verbose_name='terisi')),
                ('is_open', models.BooleanField(default=True, verbose_name='dibuka')),
                ('zone', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='requests_app.zone')),
            ],
            options={
                'verbose_name': 'slot',
                'verbose_name_plural': 'slot',
                'ordering': ['starts_at'],
                'indexes': [models.Index(condition=models.Q(('booked__lt', models.F('capacity')), ('is_open', True)), fields=['zone', 'starts_at'], name='slots_free'), models.Index(condition=models.Q(('booked__gt', 0), ('is_open', False)), fields=['starts_at'], name='slots_to_empty')],
                'constraints': [models.UniqueConstraint(fields=('zone', 'starts_at'), name='slot_once'), models.UniqueConstraint(fields=('zone', 'day', 'label'), name='slot_letter_once_a_day'), models.CheckConstraint(condition=models.Q(('booked__lte', models.F('capacity'))), name='slot_never_overbooked'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='slot_ends_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.CharField(max_length=20, verbose_name='layanan')),
                ('answers', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=9)),
                ('words', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('answered_at', models.DateTimeField(verbose_name='diisi')),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='survey', to='requests_app.application')),
                ('zone', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='requests_app.zone')),
            ],
            options={
                'verbose_name': 'survei kepuasan',
                'verbose_name_plural': 'survei kepuasan',
                'indexes': [models.Index(fields=['answered_at'], name='surveys_by_time')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seat', models.PositiveSmallIntegerField(null=True)),
                ('state', models.CharField(choices=[('invited', 'diundang, belum menjawab'), ('confirmed', 'akan datang'), ('checked_in', 'hadir'), ('served', 'selesai'), ('lapsed', 'tidak dijawab'), ('missed', 'tidak datang'), ('cancelled', 'dibatalkan')], max_length=12, verbose_name='keadaan')),
                ('household_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('code', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('code_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('day', models.DateField(verbose_name='hari (WIB)')),
                ('starts_at', models.DateTimeField(verbose_name='mulai')),
                ('number', models.CharField(max_length=6, verbose_name='nomor antrean')),
                ('turn', models.PositiveSmallIntegerField(default=1, verbose_name='undangan ke')),
                ('people', models.PositiveSmallIntegerField(default=1, verbose_name='orang')),
                ('invited_at', models.DateTimeField(null=True)),
                ('respond_by', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('remind_at', models.DateTimeField(null=True)),
                ('checked_in_at', models.DateTimeField(null=True)),
                ('called_at', models.DateTimeField(null=True)),
                ('desk', models.PositiveSmallIntegerField(null=True, verbose_name='loket')),
                ('ended_at', models.DateTimeField(null=True)),
                ('is_walk_in', models.BooleanField(default=False, verbose_name='datang langsung')),
                ('allow_reason', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('protocol', models.JSONField(default=list)),
                ('allowed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('slot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='requests_app.slot')),
                ('zone', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='requests_app.zone')),
            ],
            options={
                'verbose_name': 'kunjungan',
                'verbose_name_plural': 'kunjungan',
                'ordering': ['starts_at', 'id'],
                'indexes': [models.Index(fields=['zone', 'day', 'starts_at'], name='visits_of_a_day'), models.Index(condition=models.Q(('state', requests_app.rules.visits.VisitState['INVITED'])), fields=['respond_by'], name='invitations_to_lapse'), models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='visits_to_remind'), models.Index(condition=models.Q(('state__in', ('invited', 'confirmed'))), fields=['starts_at'], name='visits_coming'), models.Index(condition=models.Q(('state__in', ('invited', 'confirmed'))), fields=['household_hash'], name='visits_of_household'), models.Index(condition=models.Q(('state', requests_app.rules.visits.VisitState['CHECKED_IN'])), fields=['zone'], name='visits_inside')],
                'constraints': [models.UniqueConstraint(fields=('code_hash',), name='visit_code_once'), models.UniqueConstraint(condition=models.Q(('state__in', ('invited', 'confirmed', 'checked_in', 'served', 'missed'))), fields=('zone', 'day', 'number'), name='visit_number_once_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('allowed_by__isnull', True), ('code_hash__isnull', False), ('is_walk_in', False), ('slot__isnull', False)), models.Q(('allowed_by__isnull', False), ('is_walk_in', True), ('slot__isnull', True), models.Q(('allow_reason', b''), _negated=True)), _connector='OR'), name='visit_is_invited_or_allowed'), models.CheckConstraint(condition=models.Q(models.Q(('state', requests_app.rules.visits.VisitState['INVITED']), _negated=True), ('respond_by__isnull', False), _connector='OR'), name='invitation_has_its_term')],
            },
        ),
        migrations.CreateModel(
            name='VisitApplication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('coming', models.BooleanField(default=False, editable=False)),
                ('originals', models.JSONField(default=list)),
                ('signed_by', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('signature', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('outcome', models.CharField(blank=True, choices=[('completed', 'selesai'), ('recorded', 'sudah direkam'), ('kept', 'dilanjutkan'), ('missed', 'tidak hadir'), ('dropped', 'dilepas')], max_length=10)),
                ('ended_at', models.DateTimeField(null=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='requests_app.application')),
                ('served_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='services', to='requests_app.visit')),
            ],
            options={
                'verbose_name': 'layanan kunjungan',
                'verbose_name_plural': 'layanan kunjungan',
                'constraints': [models.UniqueConstraint(fields=('visit', 'application'), name='application_once_a_visit'), models.UniqueConstraint(condition=models.Q(('coming', True)), fields=('application',), name='one_coming_visit_per_application')],
            },
        ),
        migrations.CreateModel(
            name='VisitPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nik_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('coming', models.BooleanField(default=False, editable=False)),
                ('visit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='persons', to='requests_app.visit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('visit', 'nik_hash'), name='person_once_a_visit'), models.UniqueConstraint(condition=models.Q(('coming', True)), fields=('nik_hash',), name='one_coming_visit_per_person')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_of_an_application',
        ),
        migrations.AddField(
            model_name='application',
            name='depends_on',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dependents', to='requests_app.application'),
        ),
        migrations.AddField(
            model_name='application',
            name='invite_trouble',
            field=models.CharField(blank=True, max_length=12, verbose_name='undangan tertahan'),
        ),
        migrations.AddField(
            model_name='application',
            name='missed_visits',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='application',
            name='next_invite_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='application',
            name='registered_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='noticeattempt',
            name='officer',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='noticeattempt',
            name='sender',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='officer',
            name='phone',
            field=requests_app.vault.fields.EncryptedTextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='zone',
            name='desks',
            field=models.PositiveSmallIntegerField(default=2, verbose_name='jumlah loket'),
        ),
        migrations.AddField(
            model_name='zone',
            name='is_active',
            field=models.BooleanField(default=True, verbose_name='aktif'),
        ),
        migrations.AddField(
            model_name='zone',
            name='latitude',
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name='lintang'),
        ),
        migrations.AddField(
            model_name='zone',
            name='longitude',
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name='bujur'),
        ),
        migrations.AddField(
            model_name='zone',
            name='number_trouble',
            field=models.CharField(blank=True, editable=False, max_length=40, verbose_name='gangguan nomor'),
        ),
        migrations.AddField(
            model_name='zone',
            name='room_capacity',
            field=models.PositiveSmallIntegerField(default=20, verbose_name='orang di dalam ruangan'),
        ),
        migrations.AddField(
            model_name='zone',
            name='services',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=requests_app.models.zones.all_visit_services, size=None, verbose_name='layanan tatap muka'),
        ),
        migrations.AddField(
            model_name='zone',
            name='slot_capacity',
            field=models.PositiveSmallIntegerField(default=4, verbose_name='kunjungan per slot'),
        ),
        migrations.AddField(
            model_name='zone',
            name='slot_minutes',
            field=models.PositiveSmallIntegerField(default=30, verbose_name='panjang slot (menit)'),
        ),
        migrations.AddField(
            model_name='zone',
            name='weekly_hours',
            field=models.JSONField(default=requests_app.models.zones.usual_hours, verbose_name='jam tiap hari'),
        ),
        migrations.AlterField(
            model_name='zone',
            name='hours',
            field=models.CharField(default=requests_app.models.zones.usual_hours_in_words, max_length=200, verbose_name='jam layanan'),
        ),
        migrations.AlterField(
            model_name='zone',
            name='whatsapp_number',
            field=models.CharField(blank=True, max_length=16, verbose_name='nomor WhatsApp (+62…)'),
        ),
        migrations.AlterField(
            model_name='zone',
            name='whatsapp_phone_id',
            field=models.CharField(blank=True, max_length=40, verbose_name='phone number ID (Meta)'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('next_invite_at__isnull', False)), fields=['next_invite_at'], name='invitations_due'),
        ),
        migrations.AddConstraint(
            model_name='zone',
            constraint=models.UniqueConstraint(condition=models.Q(('whatsapp_number', ''), _negated=True), fields=('whatsapp_number',), name='zone_number_once', violation_error_message='Nomor WhatsApp ini sudah dipakai zona lain.'),
        ),
        migrations.AddConstraint(
            model_name='zone',
            constraint=models.UniqueConstraint(condition=models.Q(('whatsapp_phone_id', ''), _negated=True), fields=('whatsapp_phone_id',), name='zone_phone_id_once', violation_error_message='Phone number ID ini sudah dipakai zona lain.'),
        ),
        migrations.AddConstraint(
            model_name='zone',
            constraint=models.CheckConstraint(condition=models.Q(('whatsapp_phone_id', ''), models.Q(('whatsapp_number', ''), _negated=True), _connector='OR'), name='zone_phone_id_has_a_number'),
        ),
        migrations.AddConstraint(
            model_name='zone',
            constraint=models.CheckConstraint(condition=models.Q(('desks__gte', 1), ('slot_capacity__gte', 1), ('slot_minutes__gte', 5), ('slot_minutes__lte', 240)), name='zone_slots_make_sense'),
        ),
        migrations.AddField(
            model_name='notice',
            name='visit',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='requests_app.visit'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('channel', 'hand'), ('state', 'queued')), fields=['zone', 'priority', 'created_at'], name='notices_to_send_by_hand'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('application__isnull', False), ('purpose__in', ['draft_code', 'number_test']), _connector='OR'), name='notice_of_an_application'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('visit__isnull', True), ('channel__in', ['whatsapp', 'hand', 'page']), _connector='OR'), name='visit_notice_by_its_zone'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('purpose__startswith', 'invitation'), _negated=True), ('visit__isnull', False), _connector='OR'), name='invitation_has_a_visit'),
        ),
    ]
