import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
import requests_app.rules.roles
import requests_app.rules.statuses
import requests_app.vault.fields
import uuid
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.CreateModel(
            name='DecisionReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='kode')),
                ('kind', models.CharField(choices=[('needs_correction', 'Perbaikan'), ('rejected', 'Penolakan'), ('annulled', 'Pembatalan keputusan')], max_length=20, verbose_name='untuk')),
                ('label', models.CharField(max_length=80, verbose_name='label petugas')),
                ('sentence', models.CharField(max_length=300, verbose_name='kalimat untuk warga')),
                ('legal_ground', models.CharField(blank=True, max_length=200, verbose_name='dasar hukum')),
                ('next_step', models.CharField(blank=True, max_length=300, verbose_name='langkah berikutnya bagi warga')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='urutan')),
                ('is_active', models.BooleanField(default=True, verbose_name='dipakai')),
            ],
            options={
                'verbose_name': 'alasan keputusan',
                'verbose_name_plural': 'alasan keputusan',
                'ordering': ['kind', 'position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(unique=True, verbose_name='tanggal')),
                ('name', models.CharField(max_length=100, verbose_name='nama')),
                ('kind', models.CharField(max_length=20, verbose_name='jenis')),
            ],
            options={
                'verbose_name': 'hari libur',
                'verbose_name_plural': 'hari libur',
                'ordering': ['date'],
            },
        ),
        migrations.CreateModel(
            name='Kecamatan',
            fields=[
                ('code', models.CharField(max_length=8, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, verbose_name='nama')),
                ('official_name', models.CharField(max_length=60)),
            ],
            options={
                'verbose_name': 'kecamatan',
                'verbose_name_plural': 'kecamatan',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='NikRegion',
            fields=[
                ('code6', models.CharField(max_length=6, primary_key=True, serialize=False)),
                ('kecamatan', models.CharField(max_length=80)),
                ('kabupaten', models.CharField(max_length=80)),
                ('province', models.CharField(max_length=60)),
                ('status', models.CharField(max_length=10)),
            ],
            options={
                'verbose_name': 'wilayah NIK',
                'verbose_name_plural': 'wilayah NIK',
            },
        ),
        migrations.CreateModel(
            name='PromisePolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('calendar', '5 × 24 jam'), ('working_days', '5 hari kerja')], max_length=12, verbose_name='hitungan')),
                ('valid_from', models.DateTimeField(unique=True, verbose_name='berlaku mulai')),
            ],
            options={
                'verbose_name': 'aturan janji',
                'verbose_name_plural': 'aturan janji',
                'ordering': ['-valid_from'],
            },
        ),
        migrations.CreateModel(
            name='SweepState',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('last_run_at', models.DateTimeField(null=True)),
                ('last_done', models.PositiveIntegerField(default=0)),
                ('trouble', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='Zone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10, unique=True, verbose_name='kode')),
                ('name', models.CharField(max_length=80, verbose_name='nama')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='alamat kantor')),
                ('hours', models.CharField(default='Senin–Jumat 08.00–15.00 WIB', max_length=120, verbose_name='jam layanan')),
                ('whatsapp_number', models.CharField(max_length=16, verbose_name='nomor WhatsApp (+62…)')),
                ('whatsapp_phone_id', models.CharField(max_length=40, unique=True, verbose_name='phone number ID (Meta)')),
                ('is_example', models.BooleanField(default=False, verbose_name='data contoh')),
            ],
            options={
                'verbose_name': 'zona',
                'verbose_name_plural': 'zona',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Officer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('role', models.CharField(choices=[('officer', 'Petugas'), ('counter', 'Petugas loket'), ('supervisor', 'Pengawas'), ('admin', 'Admin')], default=requests_app.rules.roles.Role['OFFICER'], max_length=20, verbose_name='peran')),
                ('services', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name='layanan')),
                ('is_demo', models.BooleanField(default=False, verbose_name='akun contoh')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('zones', models.ManyToManyField(blank=True, related_name='officers', to='requests_app.zone', verbose_name='zona')),
            ],
            options={
                'verbose_name': 'petugas',
                'verbose_name_plural': 'petugas',
                'ordering': ['username'],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, verbose_name='nomor')),
                ('service', models.CharField(choices=[('ktp_el', 'KTP-el'), ('kk', 'Kartu Keluarga'), ('legalisir', 'Legalisir')], max_length=20, verbose_name='layanan')),
                ('reason', models.CharField(choices=[('baru', 'KTP-el pertama'), ('hilang', 'Hilang'), ('rusak', 'Rusak'), ('perubahan_data', 'Perubahan data'), ('pindah_datang', 'Pindah datang'), ('luar_domisili', 'Luar domisili')], max_length=30, verbose_name='alasan')),
                ('status', models.CharField(choices=[('draft', 'Draf'), ('submitted', 'Diterima'), ('held_duplicate', 'Diterima'), ('in_review', 'Sedang diperiksa'), ('needs_correction', 'Perlu perbaikan'), ('recording_needed', 'Perlu perekaman'), ('approved', 'Disetujui'), ('waiting_for_blank', 'Menunggu blangko'), ('ready_to_print', 'Antre cetak'), ('printed', 'Sudah dicetak'), ('ready_for_pickup', 'Siap diambil'), ('handed_over', 'Selesai'), ('invited', 'Jadwal kunjungan'), ('checked_in', 'Sedang dilayani'), ('completed', 'Selesai'), ('rejected', 'Ditolak'), ('withdrawn', 'Dibatalkan'), ('expired', 'Kedaluwarsa'), ('closed', 'Ditutup')], max_length=20, verbose_name='status')),
                ('round', models.PositiveSmallIntegerField(default=1, verbose_name='putaran')),
                ('name', models.CharField(max_length=120, verbose_name='nama')),
                ('nik', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('nik_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('kk_number', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('kk_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('address', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('answers', requests_app.vault.fields.EncryptedJSONField(blank=True, default=dict)),
                ('key_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('contact', models.CharField(max_length=10, verbose_name='kanal')),
                ('phone', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('phone_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('phone_owner', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('email', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('email_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('secret_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('channel', models.CharField(default='online', max_length=10, verbose_name='jalur')),
                ('draft_id', models.UUIDField(editable=False, unique=True)),
                ('privacy_version', models.CharField(max_length=20)),
                ('statement_version', models.CharField(max_length=20)),
                ('submitted_at', models.DateTimeField(verbose_name='masuk')),
                ('first_due_at', models.DateTimeField(verbose_name='tenggat pertama')),
                ('due_at', models.DateTimeField(verbose_name='tenggat')),
                ('lease_until', models.DateTimeField(null=True)),
                ('waiting_until', models.DateTimeField(null=True)),
                ('next_reminder_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('lease_officer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leases', to=settings.AUTH_USER_MODEL)),
                ('not_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('skipped_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'permohonan',
                'verbose_name_plural': 'permohonan',
            },
        ),
        migrations.CreateModel(
            name='CallTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=30)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='requests_app.application')),
            ],
            options={
                'verbose_name': 'hubungi warga',
                'verbose_name_plural': 'hubungi warga',
            },
        ),
        migrations.CreateModel(
            name='CallAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('told', 'Sudah diberi tahu lewat telepon'), ('told_in_person', 'Sudah diberi tahu langsung'), ('no_answer', 'Tidak diangkat'), ('wrong_number', 'Nomor salah')], max_length=16)),
                ('note', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='requests_app.calltask')),
            ],
        ),
        migrations.CreateModel(
            name='ClockOffset',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('seconds', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_clock_offset')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('service', models.CharField(max_length=20)),
                ('answers', requests_app.vault.fields.EncryptedJSONField(blank=True, default=dict)),
                ('started_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('application', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='requests_app.application')),
            ],
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('document_code', models.CharField(max_length=30)),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('original_kind', models.CharField(max_length=10)),
                ('original_bytes', models.PositiveIntegerField()),
                ('original_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('pages', models.PositiveSmallIntegerField()),
                ('stored_bytes', models.PositiveIntegerField()),
                ('hints', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None)),
                ('uploaded_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(null=True)),
                ('application', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='requests_app.application')),
                ('draft', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='requests_app.draft')),
            ],
            options={
                'verbose_name': 'berkas',
                'verbose_name_plural': 'berkas',
                'ordering': ['document_code', 'position', 'uploaded_at'],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='waktu')),
                ('step', models.CharField(max_length=30, verbose_name='langkah')),
                ('from_status', models.CharField(blank=True, max_length=20, verbose_name='dari')),
                ('to_status', models.CharField(blank=True, max_length=20, verbose_name='ke')),
                ('round', models.PositiveSmallIntegerField(verbose_name='putaran')),
                ('actor_kind', models.CharField(max_length=10, verbose_name='pelaku')),
                ('data', models.JSONField(default=dict)),
                ('application', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='requests_app.application')),
                ('officer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='petugas')),
            ],
            options={
                'verbose_name': 'riwayat',
                'verbose_name_plural': 'riwayat',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Kelurahan',
            fields=[
                ('code', models.CharField(max_length=13, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, verbose_name='nama')),
                ('official_name', models.CharField(max_length=80)),
                ('postal_code', models.CharField(max_length=5)),
                ('kecamatan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='requests_app.kecamatan')),
            ],
            options={
                'verbose_name': 'kelurahan',
                'verbose_name_plural': 'kelurahan',
                'ordering': ['kecamatan_id', 'name'],
            },
        ),
        migrations.AddField(
            model_name='application',
            name='kelurahan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='requests_app.kelurahan'),
        ),
        migrations.CreateModel(
            name='LimitCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=30)),
                ('subject', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('window_start', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['window_start'], name='limits_to_forget')],
                'constraints': [models.UniqueConstraint(fields=('scope', 'subject', 'window_start'), name='limit_window')],
            },
        ),
        migrations.CreateModel(
            name='MessageText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=40, verbose_name='pemberitahuan')),
                ('version', models.PositiveSmallIntegerField(verbose_name='versi')),
                ('subject', models.CharField(max_length=120, verbose_name='judul surel')),
                ('body', models.TextField(verbose_name='isi; {nama} ditandai kurung kurawal')),
                ('is_current', models.BooleanField(default=True, verbose_name='dipakai')),
                ('created_at', models.DateTimeField(verbose_name='dibuat')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'teks pesan',
                'verbose_name_plural': 'teks pesan',
                'ordering': ['purpose', '-version'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(max_length=40, verbose_name='pemberitahuan')),
                ('params', requests_app.vault.fields.EncryptedJSONField(blank=True, default=dict)),
                ('check_code', models.CharField(max_length=6)),
                ('channel', models.CharField(max_length=10, verbose_name='kanal')),
                ('recipient', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('dedup_key', models.CharField(max_length=120)),
                ('priority', models.PositiveSmallIntegerField(default=5)),
                ('state', models.CharField(choices=[('queued', 'menunggu'), ('sending', 'sedang dikirim'), ('accepted', 'diterima penyedia'), ('sent', 'terkirim'), ('delivered', 'sampai di ponsel'), ('read', 'dibaca'), ('retry', 'dicoba lagi'), ('unconfirmed', 'belum pasti'), ('failed', 'gagal'), ('held', 'tertunda'), ('superseded', 'digantikan'), ('expired', 'kedaluwarsa'), ('published', 'di halaman lacak')], default='queued', max_length=12, verbose_name='keadaan')),
                ('created_at', models.DateTimeField(verbose_name='dibuat')),
                ('next_attempt_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('link_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('link_used_at', models.DateTimeField(null=True)),
                ('attempt', models.PositiveSmallIntegerField(default=0, verbose_name='percobaan')),
                ('lease_owner', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('provider_id', models.CharField(max_length=120, null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True, verbose_name='diterima ponsel')),
                ('read_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('error_code', models.CharField(blank=True, max_length=40, verbose_name='kode gagal')),
                ('maybe_twice', models.BooleanField(default=False, verbose_name='mungkin terkirim dua kali')),
                ('application', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='requests_app.application')),
                ('fallback_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fallbacks', to='requests_app.notice')),
                ('text', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='requests_app.messagetext')),
            ],
            options={
                'verbose_name': 'pemberitahuan',
                'verbose_name_plural': 'pemberitahuan',
            },
        ),
        migrations.AddField(
            model_name='calltask',
            name='notice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='requests_app.notice'),
        ),
        migrations.CreateModel(
            name='NoticeAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempt', models.PositiveSmallIntegerField()),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=12)),
                ('code', models.CharField(blank=True, max_length=40)),
                ('detail', models.CharField(blank=True, max_length=200)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='requests_app.notice')),
            ],
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField()),
                ('policy', models.CharField(max_length=12)),
                ('started_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('publish_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('evidence', models.CharField(blank=True, choices=[('delivered', 'diterima ponsel'), ('shown', 'dibuka warga'), ('told', 'diberi tahu petugas'), ('published', 'dapat dilihat di halaman lacak')], max_length=12)),
                ('outcome', models.CharField(choices=[('open', 'berjalan'), ('kept', 'ditepati'), ('broken', 'dilanggar'), ('void', 'gugur')], default='open', max_length=8)),
                ('next_rung_at', models.DateTimeField(null=True)),
                ('broken_at', models.DateTimeField(null=True)),
                ('detected_at', models.DateTimeField(null=True)),
                ('rebutted_at', models.DateTimeField(null=True)),
                ('application', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='requests_app.application')),
            ],
            options={
                'verbose_name': 'janji',
                'verbose_name_plural': 'janji',
            },
        ),
        migrations.AddField(
            model_name='notice',
            name='promise',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='requests_app.promise'),
        ),
        migrations.AddField(
            model_name='calltask',
            name='promise',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='requests_app.promise'),
        ),
        migrations.CreateModel(
            name='ProofCode',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('value_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(null=True)),
                ('application', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='requests_app.application')),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True, verbose_name='nomor')),
                ('opened_by', models.CharField(max_length=10, verbose_name='dibuka oleh')),
                ('opened_at', models.DateTimeField(verbose_name='dibuka')),
                ('words', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('words_at', models.DateTimeField(null=True)),
                ('status', models.CharField(choices=[('open', 'Terbuka'), ('answered', 'Dijawab'), ('closed', 'Selesai')], default='open', max_length=10, verbose_name='status')),
                ('answer', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('answered_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('close_reason', models.CharField(blank=True, max_length=20)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='requests_app.application')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL, verbose_name='penanggung jawab')),
                ('promise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='requests_app.promise')),
            ],
            options={
                'verbose_name': 'laporan',
                'verbose_name_plural': 'laporan',
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.CharField(max_length=20, verbose_name='layanan')),
                ('reason', models.CharField(max_length=30, verbose_name='alasan')),
                ('document_code', models.CharField(max_length=30, verbose_name='kode berkas')),
                ('name', models.CharField(max_length=200, verbose_name='nama berkas')),
                ('kind', models.CharField(max_length=20, verbose_name='jenis')),
                ('mandatory', models.CharField(max_length=12, verbose_name='wajib')),
                ('condition_code', models.CharField(blank=True, max_length=60, verbose_name='kode syarat')),
                ('condition', models.CharField(blank=True, max_length=200, verbose_name='syarat')),
                ('legal_source', models.CharField(max_length=200, verbose_name='dasar hukum')),
                ('confidence', models.CharField(max_length=20, verbose_name='sumber')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='urutan')),
            ],
            options={
                'verbose_name': 'persyaratan',
                'verbose_name_plural': 'persyaratan',
                'ordering': ['service', 'reason', 'position'],
                'constraints': [models.UniqueConstraint(fields=('service', 'reason', 'document_code', 'kind'), name='requirement_once')],
            },
        ),
        migrations.CreateModel(
            name='Rung',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10)),
                ('due_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('collapsed', models.BooleanField(default=False)),
                ('promise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rungs', to='requests_app.promise')),
            ],
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='tanggal')),
                ('quota', models.PositiveSmallIntegerField(default=500, verbose_name='kuota')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL, verbose_name='petugas')),
            ],
            options={
                'verbose_name': 'jadwal piket',
                'verbose_name_plural': 'jadwal piket',
                'ordering': ['-date', 'officer'],
            },
        ),
        migrations.CreateModel(
            name='StaffNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='waktu')),
                ('code', models.CharField(max_length=30, verbose_name='hal')),
                ('date', models.DateField(verbose_name='tanggal (WIB)')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='petugas')),
            ],
            options={
                'verbose_name': 'catatan petugas',
                'verbose_name_plural': 'catatan petugas',
            },
        ),
        migrations.CreateModel(
            name='WebhookEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('body', requests_app.vault.fields.EncryptedJSONField(blank=True, default=dict)),
                ('received_at', models.DateTimeField()),
                ('processed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=20)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('processed_at__isnull', True)), fields=['id'], name='webhooks_to_process'), models.Index(condition=models.Q(('processed_at__isnull', False)), fields=['processed_at'], name='webhooks_to_forget')],
            },
        ),
        migrations.AddField(
            model_name='notice',
            name='zone',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='requests_app.zone'),
        ),
        migrations.AddField(
            model_name='application',
            name='zone',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='requests_app.zone', verbose_name='zona'),
        ),
        migrations.CreateModel(
            name='ZoneCoverage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='berlaku')),
                ('kelurahan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='requests_app.kelurahan')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='requests_app.zone', verbose_name='zona')),
            ],
            options={
                'verbose_name': 'cakupan zona',
                'verbose_name_plural': 'cakupan zona',
            },
        ),
        migrations.CreateModel(
            name='AccessLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='waktu')),
                ('action', models.CharField(max_length=30, verbose_name='tindakan')),
                ('document_id', models.UUIDField(null=True)),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='petugas')),
                ('application', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='requests_app.application')),
            ],
            options={
                'verbose_name': 'akses',
                'verbose_name_plural': 'akses',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['application', 'id'], name='accesses_of_application')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('approved', 'Disetujui'), ('rejected', 'Ditolak'), ('needs_correction', 'Perlu perbaikan'), ('recording_needed', 'Perlu perekaman')], max_length=20, verbose_name='keputusan')),
                ('decided_at', models.DateTimeField()),
                ('release_at', models.DateTimeField()),
                ('reason_code', models.CharField(blank=True, max_length=40)),
                ('items', models.JSONField(default=list)),
                ('note', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('details', requests_app.vault.fields.EncryptedJSONField(blank=True, default=dict)),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('annulled_at', models.DateTimeField(null=True)),
                ('annul_reason', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('objected_at', models.DateTimeField(null=True)),
                ('objection', requests_app.vault.fields.EncryptedTextField(blank=True, default='')),
                ('annulled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='requests_app.application')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'keputusan',
                'verbose_name_plural': 'keputusan',
                'indexes': [models.Index(fields=['officer', 'decided_at'], name='decisions_by_officer')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('application', 'round'), name='one_standing_decision_per_round'), models.UniqueConstraint(condition=models.Q(('objected_at__isnull', False)), fields=('application',), name='one_objection_per_application')],
            },
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(fields=['expires_at'], name='old_drafts'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('draft__isnull', False), ('application__isnull', False), _connector='OR'), name='document_belongs_somewhere'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['application', 'id'], name='events_of_application'),
        ),
        migrations.AddConstraint(
            model_name='messagetext',
            constraint=models.UniqueConstraint(fields=('purpose', 'version'), name='message_version_once'),
        ),
        migrations.AddConstraint(
            model_name='messagetext',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('purpose',), name='one_current_message'),
        ),
        migrations.AddConstraint(
            model_name='noticeattempt',
            constraint=models.UniqueConstraint(fields=('notice', 'attempt'), name='attempt_once'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('outcome', 'open')), fields=['due_at', 'id'], name='promises_open'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('next_rung_at__isnull', False), ('outcome', 'open')), fields=['next_rung_at'], name='rungs_due'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('outcome', 'open'), ('publish_at__isnull', False)), fields=['publish_at'], name='answers_to_publish'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('outcome', 'broken')), fields=['-broken_at', '-id'], name='promises_broken'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(fields=['started_at'], name='promises_by_start'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.UniqueConstraint(fields=('application', 'round'), name='one_promise_per_round'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'kept'), _negated=True), models.Q(('told_at__isnull', False), ('told_at__lte', models.F('due_at'))), _connector='OR'), name='kept_needs_timely_evidence'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'broken'), _negated=True), models.Q(('broken_at__isnull', False), ('detected_at__isnull', False)), _connector='OR'), name='broken_has_its_moment'),
        ),
        migrations.AddIndex(
            model_name='calltask',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['opened_at'], name='calls_open'),
        ),
        migrations.AddConstraint(
            model_name='calltask',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('application',), name='one_open_call'),
        ),
        migrations.AddIndex(
            model_name='proofcode',
            index=models.Index(fields=['application', '-created_at'], name='proofs_of_application'),
        ),
        migrations.AddIndex(
            model_name='proofcode',
            index=models.Index(fields=['expires_at'], name='proofs_to_forget'),
        ),
        migrations.AddConstraint(
            model_name='proofcode',
            constraint=models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='five_tries'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('status', 'closed'), _negated=True), fields=['opened_at'], name='reports_open'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'closed'), _negated=True), fields=('application',), name='one_open_report_per_application'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('opened_by', 'clock')), fields=('promise',), name='one_clock_report_per_promise'),
        ),
        migrations.AddConstraint(
            model_name='rung',
            constraint=models.UniqueConstraint(fields=('promise', 'code'), name='rung_once'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(fields=('officer', 'date'), name='one_shift_per_day'),
        ),
        migrations.AddConstraint(
            model_name='staffnote',
            constraint=models.UniqueConstraint(fields=('officer', 'code', 'date'), name='staff_note_once'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'retry', 'unconfirmed', 'sending'])), fields=['priority', 'next_attempt_at'], name='notices_waiting'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['application', 'created_at'], name='notices_of_application'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('state__in', ['failed', 'held'])), fields=['state', '-created_at'], name='notices_stuck'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('check_code',), name='notice_check_code_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('dedup_key',), name='notice_once_per_event'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('provider_id',), name='notice_provider_id_once'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('status', requests_app.rules.statuses.Status['SUBMITTED'])), fields=['first_due_at', 'submitted_at', 'id'], name='queue'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('status', requests_app.rules.statuses.Status['IN_REVIEW'])), fields=['lease_until'], name='leases'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('lease_officer__isnull', False)), fields=['lease_officer'], name='leases_of_officer'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('waiting_until__isnull', False)), fields=['waiting_until'], name='waiting'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('next_reminder_at__isnull', False)), fields=['next_reminder_at'], name='reminders'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['status', '-submitted_at', '-id'], name='by_status'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['-submitted_at', '-id'], name='newest'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('status', requests_app.rules.statuses.Status['HELD_DUPLICATE'])), fields=['service', 'key_hash'], name='held_by_key'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['nik_hash'], name='by_nik'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('phone_hash__isnull', False)), fields=['phone_hash'], name='by_phone'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('email_hash__isnull', False)), fields=['email_hash'], name='by_email'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('status__in', [requests_app.rules.statuses.Status['SUBMITTED'], requests_app.rules.statuses.Status['HELD_DUPLICATE'], requests_app.rules.statuses.Status['IN_REVIEW']])), fields=['first_due_at'], name='undecided'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=django.contrib.postgres.indexes.GinIndex(fields=['name'], name='by_name', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(fields=('number',), name='application_number_once'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', [requests_app.rules.statuses.Status['APPROVED'], requests_app.rules.statuses.Status['CHECKED_IN'], requests_app.rules.statuses.Status['IN_REVIEW'], requests_app.rules.statuses.Status['INVITED'], requests_app.rules.statuses.Status['NEEDS_CORRECTION'], requests_app.rules.statuses.Status['PRINTED'], requests_app.rules.statuses.Status['READY_FOR_PICKUP'], requests_app.rules.statuses.Status['READY_TO_PRINT'], requests_app.rules.statuses.Status['RECORDING_NEEDED'], requests_app.rules.statuses.Status['SUBMITTED'], requests_app.rules.statuses.Status['WAITING_FOR_BLANK']])), fields=('service', 'key_hash'), name='one_open_application_per_key'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_officer__isnull', False), ('lease_until__isnull', False), ('status', requests_app.rules.statuses.Status['IN_REVIEW'])), models.Q(models.Q(('status', requests_app.rules.statuses.Status['IN_REVIEW']), _negated=True), ('lease_officer__isnull', True), ('lease_until__isnull', True)), _connector='OR'), name='in_review_means_leased'),
        ),
        migrations.AddConstraint(
            model_name='zonecoverage',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('kelurahan', '='), ('valid', '&&')], name='one_zone_per_kelurahan_at_a_time', violation_error_message='Kelurahan ini sudah tercakup zona lain pada tanggal tersebut.'),
        ),
        migrations.CreateModel(
            name='ServiceNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200, verbose_name='kalimat untuk warga')),
                ('tone', models.CharField(choices=[('info', 'Pemberitahuan'), ('warn', 'Perhatian'), ('bad', 'Gangguan layanan')], default='info', max_length=4, verbose_name='nada')),
                ('shown_on', models.CharField(choices=[('all', 'semua halaman warga'), ('start', 'halaman awal saja')], default='all', max_length=5, verbose_name='tampil di')),
                ('starts_at', models.DateTimeField(verbose_name='tampil mulai')),
                ('ends_at', models.DateTimeField(verbose_name='tampil sampai')),
            ],
            options={
                'verbose_name': 'kabar layanan',
                'verbose_name_plural': 'kabar layanan',
                'ordering': ['-starts_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='service_notice_ends_after_it_starts', violation_error_message='Waktu selesai harus sesudah waktu mulai.')],
            },
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('application__isnull', False), ('purpose', 'draft_code'), _connector='OR'), name='notice_of_an_application'),
        ),
        migrations.CreateModel(
            name='DraftCode',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('draft', models.UUIDField(db_index=True)),
                ('phone_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('value_hash', requests_app.vault.fields.KeyedHashField(max_length=16, null=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(null=True)),
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to='requests_app.notice')),
            ],
            options={
                'indexes': [models.Index(fields=['phone_hash', '-created_at'], name='draft_codes_of_phone'), models.Index(fields=['expires_at'], name='draft_codes_to_forget')],
                'constraints': [models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='five_tries_a_draft_code')],
            },
        ),
    ]
